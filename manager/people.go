package manager

import (
	"context"
	"jawort/account"
	"net/http"
	"net/url"
	"slices"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
)

var peopleRoutes = []route{
	{"GET /people", account.MaySee, people},
	{"POST /people", account.MaySee, findPerson},
	{"GET /people/{contact}", account.MaySee, person},
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
	topics       []topicName
	topic, state string
	rows         []personRow
	next         string // id to go on from; "" = the end
	problem      string // of the search
}

// askedStates are the states that a list can be narrowed to. "None" is the absence of a standing, so no list of standings has it.
func askedStates() []consent.State {
	return slices.DeleteFunc(slices.Clone(consent.States), func(s consent.State) bool { return s == consent.StateNone })
}

// codes are the topics the list is narrowed to: the chosen one; every one when only a state was chosen; nil when nothing was.
func (d peopleData) codes() []string {
	if d.topic != "" {
		return []string{d.topic}
	}
	if d.state == "" {
		return nil
	}
	all := []string{}
	for _, t := range d.topics {
		all = append(all, t.Code)
	}
	return all
}

func people(v *visit) error { return v.showPeople(http.StatusOK, "") }

func (v *visit) showPeople(status int, problem string) error {
	q := v.r.URL.Query()
	d := peopleData{topic: q.Get("topic"), state: q.Get("state"), problem: problem}
	if !slices.Contains(askedStates(), consent.State(d.state)) {
		d.state = ""
	}
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.topics, err = topicNames(ctx, tx, v.tenant.ID, v.lang); err != nil {
			return err
		}
		d.rows, err = peoplePage(ctx, tx, v.tenant.ID, d.codes(), d.state, q.Get("after"), pageSize+1)
		return err
	})
	if err != nil {
		return err
	}
	if len(d.rows) > pageSize {
		d.rows = d.rows[:pageSize]
		d.next = peoplePath(filter{"topic", d.topic}, filter{"state", d.state}, filter{"after", d.rows[pageSize-1].Contact})
	}
	return v.show(status, peopleView(v, d))
}

// findPerson looks a number or user id up. It comes by POST, so that no address stands in a URL, a log or a history.
func findPerson(v *visit) error {
	a, err := address.Read(v.r.PostFormValue("address"), v.tenant.Country)
	if err != nil {
		return v.showPeople(http.StatusBadRequest, v.say("manager.people.unreadable"))
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
		return v.showPeople(http.StatusNotFound, v.say("manager.people.nobody"))
	}
	return v.to("/people/" + who)
}
