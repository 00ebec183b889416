package manager

import (
	"slices"

	"jawort/account"
	"jawort/look"
	"jawort/say"
)

// area is one of the seven entries of DESIGN section 13.
type area struct {
	path, icon, word string
	key              string // after g
	tab              bool   // in the phone's tab bar
	may              account.Permission
}

var areas = []area{
	{"/", "layout-dashboard", "manager.nav.overview", "u", true, account.MaySee},
	{"/people", "users", "manager.nav.people", "p", true, account.MaySee},
	{"/sources", "inbox", "manager.nav.sources", "q", true, account.MaySee},
	{"/messages", "message-square", "manager.nav.messages", "n", false, account.MaySee},
	{"/quality", "gauge", "manager.nav.quality", "l", true, account.MaySee},
	{"/decisions", "shield-check", "manager.nav.proof", "b", false, account.MaySee},
	{"/settings", "settings", "manager.nav.settings", "e", false, account.MaySee},
}

// areas are the entries the reader may see, and whose page is there.
func (v *visit) areas() []area {
	return slices.DeleteFunc(slices.Clone(areas), func(a area) bool {
		return !v.may(a.may) || !v.s.has("GET "+a.path) && !v.s.has("GET "+a.path+"{$}")
	})
}

func (v *visit) page(title string) look.Page {
	return look.Page{Lang: v.lang, Theme: look.Theme(v.r), Title: title + " · Jawort", Scripts: []string{look.HTMX, look.Own}}
}

// frame is the manager's frame with the current area marked.
func (v *visit) frame(current, title string) look.Frame {
	f := look.Frame{
		Page: v.page(title), Skip: v.say("manager.skip"), Home: v.say("manager.home"), Tenant: v.tenant.Name, NavLabel: v.say("manager.nav"),
		TabsLabel: v.say("manager.nav.tabs"), MoreWord: v.say("manager.more"), Search: look.Search{Action: "/search", Label: v.say("manager.search"), Short: v.say("manager.search.short")},
		Toast: v.toast(), Switch: v.switches(), Who: v.staff.Name, Role: v.say("manager.role." + string(v.staff.Role)),
		Profile: "/settings/me", Guide: look.Way{Label: v.say("guide.title"), Href: "/guide"}, Help: look.Way{Label: v.say("manager.keys"), Href: "/keys"}, Keys: !look.KeysOff(v.r), Live: "/live", Lean: "/keys",
		Logout: "/logout", LogoutTo: v.say("manager.logout"),
	}
	f.Banners = v.banners()
	if n := len(f.Banners) - 1; n > 0 {
		f.MoreBanners = v.say("manager.banner.others", say.Args{"Count": n})
	}
	for _, a := range v.areas() {
		e := look.Entry{Href: a.path, Icon: a.icon, Label: v.say(a.word), Current: a.path == current, Tab: a.tab, Key: a.key}
		switch a.path {
		case "/messages":
			e.Live = "reviews"
			if v.open > 0 {
				e.Count = look.Integer(v.lang, v.open)
			}
		case "/quality":
			e.Live = "numbers"
			e.Mark, e.MarkWord = v.qualityMark()
		}
		f.Entries = append(f.Entries, e)
	}
	return f
}

// qualityMark is the shape of the gravest thing that a number is in; none when all is well.
func (v *visit) qualityMark() (shape, word string) {
	for _, kind := range grave[:2] {
		for _, c := range v.cautions {
			k, key := c.gravest()
			if k == kind && c.held.Value != "" {
				return kind, v.restriction(c.held)
			}
			if k == kind {
				return kind, v.say("manager.banner."+key, say.Args{"Name": c.Name})
			}
		}
	}
	return "", ""
}

// shownByPost are pages that a POST may show too, at an address that GET knows.
var shownByPost = []string{"/decisions", "/login", "/search", "/settings/release", "/people", "/settings/keys", "/settings/staff", "/settings/me", "/settings/mail", "/settings/warnings"}

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
