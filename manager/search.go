package manager

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"jawort/account"
	"jawort/address"
	"jawort/contact"
	"jawort/db"
)

var searchRoutes = []route{
	{"GET /search", account.MaySee, searchPage},
	{"POST /search", account.MaySee, search},
}

// searchData is what was typed and what it may mean. It comes by POST: neither a number nor a name stands in an address.
type searchData struct {
	typed   string
	people  []personRow
	more    bool // people than are shown
	sources []sourceHit
	found   []idHit
	names   []topicName
	guide   []guideHit
}

// idHit is a thing found by its id.
type idHit struct{ id, word, path string }

const searchSize = 20

func searchPage(v *visit) error { return v.show(http.StatusOK, searchView(v, searchData{})) }

// search asks for everything that the words may mean. What is meant exactly, an id or a whole number, leads there at once.
func search(v *visit) error {
	d := searchData{typed: strings.TrimSpace(v.r.PostFormValue("q"))}
	d.guide = guideHits(v.lang, d.typed)
	if d.typed == "" {
		return v.show(http.StatusBadRequest, searchView(v, d))
	}
	exact := ""
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.found, err = v.byID(ctx, tx, d.typed); err != nil || len(d.found) > 0 {
			return err
		}
		if d.names, err = topicNames(ctx, tx, v.tenant.ID, v.lang); err != nil {
			return err
		}
		people, whole, err := v.byNumber(ctx, tx, d.typed)
		if err != nil {
			return err
		}
		if whole && len(people) == 1 {
			exact = "/people/" + people[0]
			return nil
		}
		if len(people) == 0 {
			if people, err = contact.Named(ctx, tx, v.tenant.ID, d.typed, searchSize+1); err != nil {
				return err
			}
		}
		if d.more = len(people) > searchSize; d.more {
			people = people[:searchSize]
		}
		if d.people, err = peopleOf(ctx, tx, v.tenant.ID, people); err != nil {
			return err
		}
		d.sources, err = sourcesNamed(ctx, tx, v.tenant.ID, d.typed, searchSize)
		return err
	})
	switch {
	case err != nil:
		return err
	case exact != "":
		return v.to(exact)
	case len(d.found) == 1:
		return v.to(d.found[0].path)
	}
	return v.show(http.StatusOK, searchView(v, d))
}

// byNumber finds people by a telephone number as anybody writes one, or by its beginning; whole says that it was a whole one.
func (v *visit) byNumber(ctx context.Context, tx *db.Tx, typed string) (people []string, whole bool, err error) {
	regions, err := regionsOf(ctx, tx, v.tenant)
	if err != nil {
		return nil, false, err
	}
	var readings []address.Address
	for _, r := range regions {
		if a, err := address.Read(typed, r); err == nil && !slices.Contains(readings, a) {
			readings = append(readings, a)
		}
	}
	if len(readings) > 0 {
		found, err := contact.Find(ctx, tx, v.tenant.ID, readings)
		for _, a := range readings { // the business's own country first
			if who := found[a]; who != "" && !slices.Contains(people, who) {
				people = append(people, who)
			}
		}
		if err != nil || len(people) > 0 {
			return people, true, err
		}
	}
	if start := numberStart(typed); start != "" {
		people, err = peopleByStart(ctx, tx, v.tenant.ID, start, searchSize+1)
	}
	return people, false, err
}

// numberStart is the beginning of an international number, as addresses are kept; "" when it is none or too short to mean much.
func numberStart(typed string) string {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case strings.ContainsRune(" +-/().\u00a0\u202f", r):
			return -1
		}
		return 'x'
	}, typed)
	digits = strings.TrimPrefix(digits, "00")
	if len(digits) < 4 || strings.ContainsRune(digits, 'x') || digits[0] == '0' {
		return ""
	}
	return "tel:+" + digits
}

// byID finds what an id names. Every id says by its first letters what it is.
func (v *visit) byID(ctx context.Context, tx *db.Tx, typed string) ([]idHit, error) {
	kind, _, ok := strings.Cut(typed, "_")
	if strings.HasPrefix(typed, "wamid.") {
		kind, ok = "wamid", true
	}
	look, known := idLooks[kind]
	if !ok || !known || strings.ContainsAny(typed, " /?#") {
		return nil, nil
	}
	path, err := look.find(ctx, tx, v.tenant.ID, typed)
	if err != nil || path == "" || look.page != "" && !v.s.has(look.page) {
		return nil, err
	}
	return []idHit{{typed, v.say(look.word), path}}, nil
}
