package graph

import (
	"encoding/json"
	"fmt"
	"net/url"
)

// InteractiveMessage is a question with something to tap. Make one with Buttons, List, Link, Flow,
// ContactRequest or CallPermissionRequest.
type InteractiveMessage struct {
	Type   string  `json:"type"`
	Header *Header `json:"header,omitempty"`
	Body   Line    `json:"body"`
	Footer *Line   `json:"footer,omitempty"`
	Action Action  `json:"action"`
}

// Line is a text in its own object, as Meta has them.
type Line struct {
	Text string `json:"text"`
}

// Header stands above the body: a text of up to 60 characters, or a file.
type Header struct {
	Type     string        `json:"type"` // text image video document
	Text     string        `json:"text,omitempty"`
	Image    *MediaMessage `json:"image,omitempty"`
	Video    *MediaMessage `json:"video,omitempty"`
	Document *MediaMessage `json:"document,omitempty"`
}

// Action is what can be tapped.
type Action struct {
	Name       string          `json:"name,omitempty"`
	Button     string          `json:"button,omitempty"`
	Buttons    []Button        `json:"buttons,omitempty"`
	Sections   []Section       `json:"sections,omitempty"`
	Parameters json.RawMessage `json:"parameters,omitempty"`
}

// Button is a reply button; its id comes back when it is tapped.
type Button struct{ ID, Title string }

// MarshalJSON writes {"type":"reply","reply":{…}}.
func (b Button) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"type": "reply", "reply": map[string]string{"id": b.ID, "title": b.Title}})
}

// Section is a group of a list's rows.
type Section struct {
	Title string `json:"title,omitempty"` // required where there are several
	Rows  []Row  `json:"rows"`
}

// Row is one thing to choose.
type Row struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

// Buttons asks with up to three reply buttons.
func Buttons(text string, buttons ...Button) *InteractiveMessage {
	return &InteractiveMessage{Type: "button", Body: Line{text}, Action: Action{Buttons: buttons}}
}

// List asks with up to ten rows behind a button.
func List(text, button string, sections ...Section) *InteractiveMessage {
	return &InteractiveMessage{Type: "list", Body: Line{text}, Action: Action{Button: button, Sections: sections}}
}

// Link shows a button that opens a page.
func Link(text, label, address string) *InteractiveMessage {
	return named("cta_url", "cta_url", text, map[string]string{"display_text": label, "url": address})
}

// FlowCall names a flow and how it begins.
type FlowCall struct {
	Version string         `json:"flow_message_version"` // empty: "3"
	ID      string         `json:"flow_id"`
	Label   string         `json:"flow_cta"`
	Token   string         `json:"flow_token,omitempty"`
	Mode    string         `json:"mode,omitempty"` // published draft
	Action  string         `json:"flow_action,omitempty"`
	Payload map[string]any `json:"flow_action_payload,omitempty"`
}

// Flow shows a button that opens a form.
func Flow(text string, call FlowCall) *InteractiveMessage {
	call.Version = first(call.Version, "3")
	return named("flow", "flow", text, call)
}

// ContactRequest asks for the person's phone number; it comes back as contacts with origin contact_request.
func ContactRequest(text string) *InteractiveMessage {
	return named("contact_request", "request_contact_info", text, nil)
}

// CallPermissionRequest asks whether the business may call: 1 in 24 hours, 2 in 7 days.
func CallPermissionRequest(text string) *InteractiveMessage {
	return named("call_permission_request", "call_permission_request", text, nil)
}

func named(kind, action, text string, parameters any) *InteractiveMessage {
	m := &InteractiveMessage{Type: kind, Body: Line{text}, Action: Action{Name: action}}
	if parameters != nil {
		m.Action.Parameters, _ = json.Marshal(parameters) // of strings and JSON values; check says if it failed
	}
	return m
}

// WithFooter sets the small line below, up to 60 characters.
func (m *InteractiveMessage) WithFooter(text string) *InteractiveMessage {
	m.Footer = &Line{text}
	return m
}

// WithHeader sets a text above, up to 60 characters.
func (m *InteractiveMessage) WithHeader(text string) *InteractiveMessage {
	m.Header = &Header{Type: "text", Text: text}
	return m
}

func (m *InteractiveMessage) check() error {
	longest := 1024
	if m.Type == "list" {
		longest = 4096
	}
	if err := between("interactive.body", m.Body.Text, longest); err != nil {
		return err
	}
	if m.Footer != nil {
		if err := between("interactive.footer", m.Footer.Text, 60); err != nil {
			return err
		}
	}
	if m.Header != nil && m.Header.Type == "text" {
		if err := between("interactive.header", m.Header.Text, 60); err != nil {
			return err
		}
	}
	switch m.Type {
	case "button":
		return m.checkButtons()
	case "list":
		return m.checkList()
	case "cta_url":
		return m.checkLink()
	case "flow":
		return m.checkFlow()
	case "contact_request", "call_permission_request":
		return nil
	}
	return &LimitError{"interactive.type", "is none we know"}
}

func (m *InteractiveMessage) checkButtons() error {
	if n := len(m.Action.Buttons); n < 1 || n > 3 {
		return &LimitError{"interactive.buttons", "must be one to three"}
	}
	ids, titles := map[string]bool{}, map[string]bool{}
	for i, b := range m.Action.Buttons {
		at := fmt.Sprintf("interactive.buttons[%d]", i)
		if err := between(at+".id", b.ID, 256); err != nil {
			return err
		}
		if err := between(at+".title", b.Title, 20); err != nil {
			return err
		}
		if ids[b.ID] || titles[b.Title] {
			return &LimitError{at, "repeats another's id or title"}
		}
		ids[b.ID], titles[b.Title] = true, true
	}
	return nil
}

func (m *InteractiveMessage) checkList() error {
	if err := between("interactive.button", m.Action.Button, 20); err != nil {
		return err
	}
	if n := len(m.Action.Sections); n < 1 || n > 10 {
		return &LimitError{"interactive.sections", "must be one to ten"}
	}
	rows, ids := 0, map[string]bool{}
	for i, s := range m.Action.Sections {
		at := fmt.Sprintf("interactive.sections[%d]", i)
		if len(m.Action.Sections) > 1 && s.Title == "" {
			return &LimitError{at + ".title", "must not be empty where there are several"}
		}
		if err := atMost(at+".title", s.Title, 24); err != nil {
			return err
		}
		for j, r := range s.Rows {
			if err := r.check(fmt.Sprintf("%s.rows[%d]", at, j), ids); err != nil {
				return err
			}
			rows++
		}
	}
	if rows < 1 || rows > 10 {
		return &LimitError{"interactive.rows", "must be one to ten in all"}
	}
	return nil
}

func (r Row) check(at string, ids map[string]bool) error {
	if err := between(at+".id", r.ID, 200); err != nil {
		return err
	}
	if err := between(at+".title", r.Title, 24); err != nil {
		return err
	}
	if ids[r.ID] {
		return &LimitError{at + ".id", "repeats another's"}
	}
	ids[r.ID] = true
	return atMost(at+".description", r.Description, 72)
}

func (m *InteractiveMessage) checkLink() error {
	p := node(m.Action.Parameters)
	if err := between("interactive.display_text", p.get("display_text").text(), 20); err != nil {
		return err
	}
	u, err := url.Parse(p.get("url").text())
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return &LimitError{"interactive.url", "must be a web address"}
	}
	return nil
}

func (m *InteractiveMessage) checkFlow() error {
	p := node(m.Action.Parameters)
	if err := between("interactive.flow_id", p.get("flow_id").text(), 64); err != nil {
		return err
	}
	return between("interactive.flow_cta", p.get("flow_cta").text(), 30)
}
