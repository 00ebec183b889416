package web

import "net/http"

// toChat leads from the short link of an SMS into WhatsApp, with the whole declaration ready to send. Nothing happens by looking.
func toChat(v *visit) error {
	link, err := v.s.Desk.ChatOf(v.r.Context(), v.r.PathValue("code"))
	if err != nil {
		return err
	}
	v.w.Header().Set("X-Robots-Tag", "noindex")
	v.w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(v.w, v.r, v.s.ChatURL(link), http.StatusFound)
	return nil
}
