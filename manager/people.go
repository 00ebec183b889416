package manager

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
	"jawort/say"
)

var peopleRoutes = []route{
	{"GET /people", account.MaySee, people},
	{"POST /people", account.MaySee, findPerson},
	{"POST /people/export", account.MayExport, exportPeople},
	{"POST /people/views", account.MaySee, saveView},
	{"POST /views/{view}/drop", account.MaySee, dropView},
	{"GET /people/new", account.MayOptIn, optInForm},
	{"POST /people/new", account.MayOptIn, optIn},
	{"GET /people/{contact}", account.MaySee, person},
	{"GET /people/{contact}/optin", account.MayOptIn, optInForm},
	{"POST /people/{contact}/optin", account.MayOptIn, optIn},
	{"GET /people/{contact}/optout", account.MayOptOut, optOutForm},
	{"POST /people/{contact}/optout", account.MayOptOut, optOut},
	{"GET /people/{contact}/remove", account.MayErase, removeForm},
	{"POST /people/{contact}/remove", account.MayErase, removePerson},
	{"GET /people/{contact}/merge", account.MayMerge, mergeForm},
	{"POST /people/{contact}/merge", account.MayMerge, merge},
	{"POST /people/{contact}/twin", account.MayMerge, findTwin},
	{"POST /people/{contact}/split/{other}", account.MayMerge, split},
	{"POST /people/{contact}/settle", account.MayMerge, settle},
	{"POST /people/{contact}/ask", account.MayAnswer, askInChat},
	{"POST /people/{contact}/ask-number", account.MayAnswer, askNumber},
	{"POST /people/{contact}/block", account.MayMerge, block},
	{"POST /people/{contact}/unblock", account.MayMerge, unblock},
	{"GET /people/{contact}/note", account.MayOptOut, noteForm},
	{"POST /people/{contact}/note", account.MayOptOut, takeNote},
	{"POST /people/{contact}/dispute", account.MayOptOut, enter(consent.Disputed, "manager.dispute.done")},
	{"POST /people/{contact}/doubt", account.MayOptOut, enter(consent.IdentityChanged, "manager.doubt.done")},
	{"POST /people/{contact}/events/{event}/void", account.MayOptOut, askVoid},
	{"POST /people/{contact}/voidings/{voiding}", account.MayVoid, decideVoid},
	{"POST /people/{contact}/files", account.MayFiles, proofFile},
}

// pageSize is how many rows a list shows.
const pageSize = 50

// shownStates are the states a table has room for, beside "agreed".
var shownStates = []string{"requested", "declined", "withdrawn", "lapsed"}

// filter is one name and value of a list's address. An address of a person is never one.
type filter struct{ name, value string }

// path builds a list's address.
func path(base string, filters ...filter) string {
	q := url.Values{}
	for _, f := range filters {
		if f.value != "" {
			q.Set(f.name, f.value)
		}
	}
	if len(q) == 0 {
		return base
	}
	return base + "?" + q.Encode()
}

func peoplePath(filters ...filter) string    { return path("/people", filters...) }
func decisionsPath(filters ...filter) string { return path("/decisions", filters...) }

// peopleData is what the list of people shows.
type peopleData struct {
	topics  []topicName
	choices choices
	by      narrowed
	views   []account.View
	rows    []personRow
	next    string // where the list goes on; "" = the end
	sifted  bool   // so many were looked at that the rest waits for a click
	count   int    // -1 = not counted
	first   bool   // the first page
	problem string // of the search
	naming  string // what is wrong with the name of a view
	name    string // as it was typed
}

func people(v *visit) error {
	q := v.r.URL.Query()
	for _, name := range peopleFilters { // a form sends empty fields; the address stays short enough to read and to pass on
		if q.Has(name) && q.Get(name) == "" {
			return v.to(path("/people", given(q)...))
		}
	}
	return v.showPeople(http.StatusOK, peopleData{})
}

// given are the filters of an address that say something.
func given(q url.Values) []filter {
	var out []filter
	for _, name := range peopleFilters {
		out = append(out, filter{name, q.Get(name)})
	}
	return out
}

// readChoices reads what the list can be narrowed by.
func (v *visit) readChoices(ctx context.Context, tx *db.Tx, d *peopleData) error {
	var err error
	if d.topics, err = topicNames(ctx, tx, v.tenant.ID, v.lang); err != nil {
		return err
	}
	sources, err := sourceNames(ctx, tx, v.tenant.ID)
	if err != nil {
		return err
	}
	numbers, err := numberNames(ctx, tx, v.tenant.ID)
	if err != nil {
		return err
	}
	languages, err := spoken(ctx, tx, v.tenant.ID)
	if err != nil {
		return err
	}
	d.choices = v.choicesOf(d.topics, sources, numbers, languages)
	d.views, err = account.Views(ctx, tx, v.tenant.ID, "people", v.staff.ID)
	return err
}

func (v *visit) showPeople(status int, d peopleData) error {
	if err := v.read(func(ctx context.Context, tx *db.Tx) error { return v.readChoices(ctx, tx, &d) }); err != nil {
		return err
	}
	q := v.r.URL.Query()
	d.by = narrowedBy(q, d.choices)
	after := q.Get("after")
	d.first, d.count = after == "", -1
	s := newSearch(v.tenant.ID, d.by, d.topics, v.s.Now())
	at, err := s.walk(v.read, after, pageSize+1, mostSifted, func(rows []personRow) (bool, error) {
		d.rows = append(d.rows, rows...)
		return len(d.rows) > pageSize, nil
	})
	if err != nil {
		return err
	}
	if len(d.rows) > pageSize {
		d.rows = d.rows[:pageSize]
		at = d.rows[pageSize-1].Contact
	} else if at != "" {
		d.sifted = true
	}
	if at != "" {
		d.next = peoplePath(append(d.by.filters("", ""), filter{"after", at})...)
	}
	if err := v.countPeople(s, &d); err != nil {
		return err
	}
	return v.show(status, peopleView(v, d))
}

// countPeople says how many there are where that is cheap.
func (v *visit) countPeople(s *peopleSearch, d *peopleData) error {
	if !d.first || len(d.rows) == 0 {
		return nil
	}
	if d.next == "" {
		d.count = len(d.rows)
		return nil
	}
	return v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		d.count, err = s.count(ctx, tx)
		return err
	})
}

// howMany words the count.
func (v *visit) howMany(n int) string {
	if n > mostCount {
		return v.say("manager.people.more_than", say.Args{"Number": look.Integer(v.lang, mostCount)})
	}
	return v.say("manager.people.count", say.Args{"Count": n, "Number": look.Integer(v.lang, int64(n))})
}

// findPerson looks a number or user id up. It comes by POST, so that no address stands in a URL, a log or a history.
func findPerson(v *visit) error {
	a, err := address.Read(v.r.PostFormValue("address"), v.tenant.Country)
	if err != nil {
		return v.showPeople(http.StatusBadRequest, peopleData{problem: v.say("manager.people.unreadable")})
	}
	var who string
	if err := v.read(func(ctx context.Context, tx *db.Tx) error {
		found, err := contact.Find(ctx, tx, v.tenant.ID, []address.Address{a})
		who = found[a]
		return err
	}); err != nil {
		return err
	}
	if who == "" {
		return v.showPeople(http.StatusNotFound, peopleData{problem: v.say("manager.people.nobody")})
	}
	return v.to("/people/" + who)
}

// shown is an address as this reader may see it.
func (v *visit) shown(a string) string {
	switch {
	case a == "":
		return ""
	case strings.HasPrefix(a, "wap:"): // a parent id recognises and is never written to
		return "wa:…"
	case v.may(account.MayAddress):
		return address.Address(a).Shown()
	}
	return address.Address(a).Masked()
}

// ownNumber is a number of the business as people read it.
func ownNumber(digits string) string { return address.Address("tel:+" + digits).Shown() }

// shownNumber is a number that people text: grouped, or a short code as it is.
func shownNumber(number string) string {
	if digits, ok := strings.CutPrefix(number, "+"); ok {
		return ownNumber(digits)
	}
	return number
}

// saveView keeps the list's filter under a name: for oneself, or for everybody.
func saveView(v *visit) error {
	var d peopleData
	if err := v.read(func(ctx context.Context, tx *db.Tx) error { return v.readChoices(ctx, tx, &d) }); err != nil {
		return err
	}
	q, err := url.ParseQuery(v.r.PostFormValue("filter"))
	if err != nil {
		q = url.Values{}
	}
	view := account.View{Page: "people", Name: v.r.PostFormValue("name"), Filter: narrowedBy(q, d.choices).query(), Staff: v.staff.ID}
	if v.r.PostFormValue("all") != "" {
		view.Staff = ""
	}
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		if old := v.r.PostFormValue("view"); old != "" { // another name, or for others: it takes the old one's place
			if err := account.DropView(ctx, tx, v.tenant.ID, v.staff.ID, old); err != nil {
				return err
			}
		}
		_, err := account.SaveView(ctx, tx, v.tenant.ID, view, v.staff.ID)
		return err
	})
	var e *errs.Error
	if errors.As(err, &e) && e.Field != "" {
		v.r.URL.RawQuery = view.Filter // the list as it was, with what is wrong beside the field
		return v.showPeople(statuses[e.Code], peopleData{naming: v.sentence(err), name: view.Name})
	}
	if err != nil {
		return err
	}
	return v.to("/people?" + view.Filter)
}

func dropView(v *visit) error {
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.DropView(ctx, tx, v.tenant.ID, v.staff.ID, v.r.PathValue("view"))
	}); err != nil {
		return err
	}
	return v.to("/people")
}

// exportDay names a file by the day.
func (v *visit) exportDay() string { return v.now().Format(time.DateOnly) }
