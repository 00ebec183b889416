package manager

import (
	"jawort/account"
	"jawort/look"
)

// area is one of the seven entries of DESIGN section 13. Only those whose page exists are here.
type area struct {
	path, icon, key string
	may             account.Permission
}

var areas = []area{
	{"/", "layout-dashboard", "manager.nav.overview", account.MaySee},
	{"/people", "users", "manager.nav.people", account.MaySee},
	{"/messages", "message-square", "manager.nav.messages", account.MaySee},
	{"/decisions", "shield-check", "manager.nav.proof", account.MaySee},
	{"/settings", "settings", "manager.nav.settings", account.MaySee},
}

func (v *visit) page(title string) look.Page {
	return look.Page{Lang: v.lang, Theme: look.Theme(v.r), Title: title + " · Jawort", Scripts: []string{look.HTMX, look.Own}}
}

// frame is the manager's frame with the current area marked.
func (v *visit) frame(current, title string) look.Frame {
	f := look.Frame{
		Page: v.page(title), Skip: v.say("manager.skip"), Home: v.say("manager.home"), Tenant: v.tenant.Name, NavLabel: v.say("manager.nav"),
		MoreWord: v.say("manager.more"), Switch: v.switches(), Who: v.staff.Name, Role: v.say("manager.role." + string(v.staff.Role)),
		Profile: "/settings/me", Logout: "/logout", LogoutTo: v.say("manager.logout"),
	}
	for _, a := range areas {
		if !v.may(a.may) {
			continue
		}
		e := look.Entry{Href: a.path, Icon: a.icon, Label: v.say(a.key), Current: a.path == current}
		if a.path == "/messages" && v.open > 0 {
			e.Count = look.Integer(v.lang, v.open)
		}
		f.Entries = append(f.Entries, e)
	}
	return f
}

// shownByPost are pages that a POST may show too, at an address that GET knows.
var shownByPost = []string{"/login", "/people", "/settings/keys", "/settings/staff", "/settings/me"}

// switches are language and theme; they lead back to the page one is on.
func (v *visit) switches() look.Switch {
	back := v.r.URL.RequestURI()
	if v.r.Method == "POST" && !known(shownByPost, back) {
		back = "/"
	}
	s := look.Switch{Action: "/look", Back: back, LanguageLabel: v.say("manager.language"), ThemeLabel: v.say("manager.theme")}
	for _, l := range []string{"de", "en"} {
		s.Languages = append(s.Languages, look.Choice{Value: l, Label: map[string]string{"de": "DE", "en": "EN"}[l], Lang: l, Current: l == v.lang})
	}
	theme := look.Theme(v.r)
	for _, t := range []struct{ value, icon, key string }{
		{"light", "sun", "manager.theme.light"}, {"dark", "moon", "manager.theme.dark"}, {"", "monitor", "manager.theme.device"},
	} {
		s.Themes = append(s.Themes, look.Choice{Value: t.value, Icon: t.icon, Label: v.say(t.key), Current: t.value == theme})
	}
	return s
}
