package story

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// send asks for a template to be sent, and answers status and body.
func (w *world) send(phone, template string) (int, object) {
	w.Helper()
	return w.sendTo("tel:+"+phone, template)
}

func (w *world) sendTo(address, template string) (int, object) {
	w.Helper()
	return w.api(http.MethodPost, "/messages", object{"number": w.id, "to": address,
		"template": object{"name": template, "language": object{"code": "de"}}})
}

// allowed sends and waits until it arrived.
func (w *world) allowed(phone, template string) {
	w.Helper()
	n := len(w.arrived(phone))
	if status, out := w.send(phone, template); status != http.StatusAccepted {
		w.Fatalf("%s: %d, want it taken: %v", template, status, out)
	}
	w.eventually(template+" arrives", func() bool { return len(w.arrived(phone)) == n+1 })
}

// refused sends, and wants a refusal with the reason among its reasons.
func (w *world) refused(phone, template, reason string) {
	w.Helper()
	w.refusedAt("tel:+"+phone, template, reason)
}

func (w *world) refusedAt(address, template, reason string) {
	w.Helper()
	status, out := w.sendTo(address, template)
	if status != http.StatusConflict {
		w.Fatalf("%s: %d, want a refusal: %v", template, status, out)
	}
	decision, _ := out["decision"].(object)
	if decision["verdict"] != "refuse" || !slices.Contains(reasons(decision), reason) {
		w.Errorf("%s: %v with reasons %v, want %s", template, decision["verdict"], reasons(decision), reason)
	}
	for _, r := range list(decision["reasons"]) {
		if r["text"] == "" || r["fix"] == "" {
			w.Errorf("reason %v says nothing", r["code"])
		}
	}
}

func reasons(decision object) (out []string) {
	for _, r := range list(decision["reasons"]) {
		out = append(out, r["code"].(string))
	}
	return out
}

func list(x any) (out []object) {
	all, _ := x.([]any)
	for _, v := range all {
		if o, ok := v.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

// arrived is what the emulator took for a person, in order.
func (w *world) arrived(phone string) []object {
	w.Helper()
	return list(w.control(http.MethodGet, "messages?to="+phone, nil)["data"])
}

// quiet gives what might still come the time to come, and wants n messages in all.
func (w *world) quiet(phone string, n int) {
	w.Helper()
	time.Sleep(300 * time.Millisecond)
	if got := w.arrived(phone); len(got) != n {
		w.Errorf("%d messages arrived, want %d: %v", len(got), n, got)
	}
}

// templateOf is the name of the template that arrived; "" for a free text.
func templateOf(m object) string {
	body, _ := m["body"].(object)
	t, _ := body["template"].(object)
	name, _ := t["name"].(string)
	return name
}

func (w *world) lookup(address string) object {
	w.Helper()
	return w.must(http.StatusOK, http.MethodPost, "/contacts/lookup", object{"address": address})
}

// state is what stands for somebody and a topic.
func (w *world) state(phone, topic string) string { w.Helper(); return w.stateAt("tel:+"+phone, topic) }

func (w *world) stateAt(address, topic string) string {
	w.Helper()
	for _, t := range list(w.lookup(address)["topics"]) {
		if t["topic"] == topic {
			return t["state"].(string)
		}
	}
	return ""
}

// stands wants states, given as topic=state.
func (w *world) stands(phone string, want ...string) {
	w.Helper()
	for _, x := range want {
		topic, state, _ := strings.Cut(x, "=")
		if got := w.state(phone, topic); got != state {
			w.Errorf("%s stands %q, want %q", topic, got, state)
		}
	}
}

// events is a person's history, oldest first.
func (w *world) events(address string) []object {
	w.Helper()
	out := list(w.must(http.StatusOK, http.MethodGet, "/contacts/"+w.lookup(address)["id"].(string)+"/events", nil)["data"])
	slices.SortStableFunc(out, func(a, b object) int { return int(a["rev"].(float64) - b["rev"].(float64)) })
	return out
}

// kinds are the kinds of somebody's events in order.
func (w *world) kinds(phone string) (out []string) {
	w.Helper()
	for _, e := range w.events("tel:+" + phone) {
		out = append(out, e["kind"].(string))
	}
	return out
}

func evidence(event object, kind string) string {
	for _, e := range list(event["evidence"]) {
		if e["kind"] == kind {
			v, _ := e["value"].(string)
			return v
		}
	}
	return ""
}

// agree lets somebody opt in to both topics on the page and confirm in WhatsApp.
func (w *world) agree(phone string) {
	w.Helper()
	link := w.fill(w.Source, phone, "offers", "order_updates").chatLink()
	if link == "" {
		w.Fatal("the page after the form has no way into WhatsApp")
	}
	w.says(phone, declaration(link))
	w.stands(phone, "offers=granted", "order_updates=granted")
}

// sourceWith opens one more web source like the seed's, with settings changed.
func (w *world) sourceWith(settings object) string {
	w.Helper()
	old := w.must(http.StatusOK, http.MethodGet, "/sources/"+w.Source, nil)
	all, _ := old["settings"].(object)
	for k, v := range settings {
		all[k] = v
	}
	made := w.must(http.StatusCreated, http.MethodPost, "/sources", object{"kind": "web", "name": "Gewinnspiel", "notice": old["notice"],
		"topics": old["topics"], "number": w.id, "settings": all})
	id := made["id"].(string)
	w.must(http.StatusOK, http.MethodPost, "/sources/"+id+"/live", nil)
	return id
}
