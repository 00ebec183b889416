package emulator

import (
	"encoding/json"
	"net/url"
	"strings"
)

// check holds an interactive message against the limits of WA/messages/interactive-*.
func (i *interactiveBody) check() *refusal {
	if i.Type == "" {
		return refuse(131008, "Required parameter 'interactive.type' is missing.")
	}
	if i.Body == nil && i.Type != "product" {
		return refuse(131008, "Required parameter 'interactive.body' is missing.")
	}
	if i.Action == nil {
		return refuse(131008, "Required parameter 'interactive.action' is missing.")
	}
	most := 1024
	if i.Type == "list" {
		most = 4096
	}
	return first(
		func() *refusal { return i.checkTexts(most) },
		func() *refusal { return i.Header.check(i.Type) },
		i.checkAction)
}

func (i *interactiveBody) checkTexts(most int) *refusal {
	if i.Body != nil {
		if r := need("interactive.body.text", i.Body.Text, most); r != nil {
			return r
		}
	}
	if i.Footer != nil {
		return need("interactive.footer.text", i.Footer.Text, 60)
	}
	return nil
}

func (h *headerBody) check(kind string) *refusal {
	if h == nil {
		return nil
	}
	if kind == "list" && h.Type != "text" {
		return refuse(131009, "Parameter 'interactive.header.type' must be text for a list.")
	}
	switch h.Type {
	case "text":
		return need("interactive.header.text", h.Text, 60)
	case "image", "video", "document":
		m := map[string]*mediaBody{"image": h.Image, "video": h.Video, "document": h.Document}[h.Type]
		if m == nil {
			return refuse(131008, "Required parameter 'interactive.header.%s' is missing.", h.Type)
		}
		return m.check("interactive.header." + h.Type)
	}
	return refuse(131009, "Parameter 'interactive.header.type' must be one of text, image, video, document.")
}

func (i *interactiveBody) checkAction() *refusal {
	switch i.Type {
	case "button":
		return i.Action.checkButtons()
	case "list":
		return i.Action.checkList()
	case "cta_url":
		return i.Action.checkLink()
	case "flow":
		return i.Action.checkFlow()
	case "call_permission_request":
		return i.Action.named("call_permission_request")
	case "contact_request":
		return i.Action.named("request_contact_info")
	case "location_request_message":
		return i.Action.named("send_location")
	case "product", "product_list", "catalog_message":
		return badParam("No catalog is connected to this phone number.")
	}
	return refuse(131009, "Parameter 'interactive.type' is not a known type.")
}

func (a *interactiveDeeds) named(want string) *refusal {
	if a.Name != want {
		return refuse(131009, "Parameter 'interactive.action.name' must be %s.", want)
	}
	return nil
}

func (a *interactiveDeeds) checkButtons() *refusal {
	if len(a.Buttons) < 1 || len(a.Buttons) > 3 {
		return refuse(131009, "Parameter 'interactive.action.buttons' must hold 1 to 3 buttons.")
	}
	ids, titles := map[string]bool{}, map[string]bool{}
	for _, b := range a.Buttons {
		if b.Type != "reply" || b.Reply == nil {
			return refuse(131009, "Each button must be of type reply and hold 'reply'.")
		}
		if r := need("interactive.action.buttons.reply.id", b.Reply.ID, 256); r != nil {
			return r
		}
		if r := need("interactive.action.buttons.reply.title", b.Reply.Title, 20); r != nil {
			return r
		}
		if ids[b.Reply.ID] || titles[b.Reply.Title] {
			return refuse(131009, "Ids and titles of buttons must be unique.")
		}
		ids[b.Reply.ID], titles[b.Reply.Title] = true, true
	}
	return nil
}

func (a *interactiveDeeds) checkList() *refusal {
	if r := need("interactive.action.button", a.Button, 20); r != nil {
		return r
	}
	if len(a.Sections) < 1 || len(a.Sections) > 10 {
		return refuse(131009, "Parameter 'interactive.action.sections' must hold 1 to 10 sections.")
	}
	rows, ids := 0, map[string]bool{}
	for _, s := range a.Sections {
		if len(a.Sections) > 1 && s.Title == "" {
			return refuse(131008, "Every section needs a title if there are several.")
		}
		if r := fits("interactive.action.sections.title", s.Title, 24); r != nil {
			return r
		}
		for _, row := range s.Rows {
			rows++
			if r := row.check(ids); r != nil {
				return r
			}
		}
	}
	if rows < 1 || rows > 10 {
		return refuse(131009, "A list must hold 1 to 10 rows in all.")
	}
	return nil
}

func (r listRow) check(ids map[string]bool) *refusal {
	if ids[r.ID] {
		return refuse(131009, "Ids of rows must be unique.")
	}
	ids[r.ID] = true
	const at = "interactive.action.sections.rows."
	return first(
		func() *refusal { return need(at+"id", r.ID, 200) },
		func() *refusal { return need(at+"title", r.Title, 24) },
		func() *refusal { return fits(at+"description", r.Description, 72) })
}

func (a *interactiveDeeds) checkLink() *refusal {
	if r := a.named("cta_url"); r != nil {
		return r
	}
	var p struct {
		DisplayText string `json:"display_text"`
		URL         string `json:"url"`
	}
	if json.Unmarshal(a.Params, &p) != nil {
		return refuse(131008, "Required parameter 'interactive.action.parameters' is missing.")
	}
	if !webURL(p.URL) {
		return refuse(131009, "Parameter 'interactive.action.parameters.url' is not a valid URL.")
	}
	return need("interactive.action.parameters.display_text", p.DisplayText, 20)
}

func (a *interactiveDeeds) checkFlow() *refusal {
	if r := a.named("flow"); r != nil {
		return r
	}
	var p struct {
		Version string `json:"flow_message_version"`
		ID      string `json:"flow_id"`
		Name    string `json:"flow_name"`
		CTA     string `json:"flow_cta"`
	}
	if json.Unmarshal(a.Params, &p) != nil {
		return refuse(131008, "Required parameter 'interactive.action.parameters' is missing.")
	}
	if (p.ID == "") == (p.Name == "") {
		return refuse(131009, "Exactly one of flow_id and flow_name is required.")
	}
	if p.Version != "3" {
		return refuse(131009, "Parameter 'flow_message_version' must be 3.")
	}
	return need("interactive.action.parameters.flow_cta", p.CTA, 30)
}

func webURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.ContainsAny(s, " \n\t") && len(s) <= 2000
}
