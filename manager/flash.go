package manager

import (
	"encoding/json"
	"net/http"
	"strings"

	"jawort/errs"
	"jawort/look"
)

// flashKey is where a session keeps what the next page tells once.
const flashKey = "flash"

// done sends to a page after something was done (303) and has it say so, once, with the way back where there is one. The
// sentence names no person: it waits in the session.
func (v *visit) done(path, sentence string, back ...look.Way) error {
	t := look.Toast{Text: sentence}
	if len(back) > 0 {
		t.Back = back[0]
	}
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	v.s.sessions.Put(v.r.Context(), flashKey, string(text))
	return v.to(path)
}

// toast takes what waits to be told. Only a page that somebody looks at takes it: not a HEAD, not a part fetched anew.
func (v *visit) toast() look.Toast {
	var t look.Toast
	if v.staff.ID == "" || v.r.Method == http.MethodHead || v.r.Header.Get("HX-Request") != "" {
		return t
	}
	if text := v.s.sessions.PopString(v.r.Context(), flashKey); text != "" {
		_ = json.Unmarshal([]byte(text), &t) // written above
	}
	t.Close = v.say("manager.close")
	return t
}

// leastReason is how long a reason is at least (LOOK section 6).
const leastReason = 10

// why reads the reason of a form made with look.Asking; the error stands beside its field.
func (v *visit) why() (string, error) {
	reason := strings.TrimSpace(v.r.PostFormValue("reason"))
	if n := len([]rune(reason)); n < leastReason || n > 500 {
		return reason, errs.At("reason", "manager.reason.short")
	}
	return reason, nil
}

// ask is a question with a reason, in the reader's words. The caller adds what it does, the verb and where it goes.
func (v *visit) ask(a look.Ask) look.Ask {
	a.Reason, a.Hint = v.say("manager.reason"), v.say("manager.reason.hint")
	if a.Keep == "" {
		a.Keep = v.say("manager.reason.keep")
	}
	return a
}
