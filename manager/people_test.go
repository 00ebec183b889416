package manager

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
)

var personLink = regexp.MustCompile(`<td role="cell" class="first"><a href="/people/(con_[0-9a-v]+)"`)

// listed are the people on a list, by the names the test gave them.
func (b *browser) listed(names map[string]string, path string) string {
	b.h.t.Helper()
	a := b.get(path)
	if a.code != http.StatusOK {
		b.h.t.Fatalf("%s: %d\n%s", path, a.code, b.h.logs)
	}
	var out []string
	for _, m := range personLink.FindAllStringSubmatch(a.body, -1) {
		if n := names[m[1]]; n != "" {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// crowdOf adds people who differ in what the list can be narrowed by; the answer is id → name.
func (h *house) crowdOf() map[string]string {
	names := map[string]string{}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		h.put(ctx, tx, "source", row{"tenant": h.a.ID, "source": "src_till", "kind": "paper", "name": "Kasse", "state": "live", "created_at": 1})
		add := func(n int, name string, ago time.Duration) string {
			who := h.person(ctx, tx, h.a.ID, name, fmt.Sprintf("tel:+4917139210%02d", n), ago)
			names[who] = name
			return who
		}
		set := func(who, change string) {
			if _, err := tx.Exec(ctx, "update standing set "+change+" where tenant = $1 and contact = $2", h.a.ID, who); err != nil {
				h.t.Fatal(err)
			}
		}
		day := 24 * time.Hour
		set(add(1, "till", 2*day)+"", "source = case when topic = 'order_updates' then 'src_till' else '' end, stop_marketing = false")
		set(add(2, "stopped", 3*day), "stop_all = (topic = '')")
		set(add(3, "platform", 4*day), "platform_stop = (topic = ''), stop_marketing = false")
		lapsing := add(4, "lapsing", 40*day)
		set(lapsing, "stop_marketing = false")
		if _, err := tx.Exec(ctx, `update standing set expires_at = $3 where tenant = $1 and contact = $2 and topic = 'order_updates'`, h.a.ID, lapsing, micros(-20*day)); err != nil {
			return err
		}
		frozen := add(5, "frozen", 200*day)
		if err := contact.Freeze(ctx, tx, h.a.ID, frozen, 1); err != nil {
			return err
		}
		set(frozen, "stop_marketing = false")
		french := add(6, "french", 100*day)
		set(french, "stop_marketing = false")
		if err := contact.Describe(ctx, tx, h.a.ID, french, "french", "fr"); err != nil {
			return err
		}
		h.put(ctx, tx, "service_window", row{"tenant": h.a.ID, "contact": french, "number": theNumber, "opened_at": micros(3 * day)})
		listed := add(7, "listed", 101*day)
		set(listed, "stop_marketing = false")
		c, err := contact.Get(ctx, tx, h.a.ID, listed)
		if err != nil {
			return err
		}
		return contact.Suppress(ctx, tx, h.a.ID, []contact.Suppression{{Fingerprint: c.Addresses[0].Fingerprint, Scope: contact.All, Reason: "x", At: 1}})
	})
	return names
}

func TestPeopleAreNarrowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		names := h.crowdOf()
		b := h.as(account.Owner)
		all := "french frozen lapsing listed platform stopped till"
		for query, want := range map[string]string{
			"":                                       all,
			"source=src_till":                        "till",
			"source=src_till&topic=offers":           "", // it stands with another topic
			"source=src_till&topic=order_updates":    "till",
			"stop=all":                               "stopped",
			"stop=marketing":                         "stopped",
			"stop=platform":                          "platform",
			"stop=list":                              "listed",
			"doubt=frozen":                           "frozen",
			"doubt=frozen&language=fr":               "",
			"language=fr":                            "french",
			"language=fr&state=granted":              "french",
			"language=fr&state=lapsed":               "",
			"lapses=30":                              "lapsing",
			"lapses=30&joined=30":                    "",
			"lapses=30&topic=offers":                 "",
			"joined=7":                               "platform stopped till",
			"joined=7&stop=all":                      "stopped",
			"joined=90":                              "lapsing platform stopped till",
			"number=" + theNumber:                    "french",
			"seen=7":                                 "french",
			"seen=1":                                 "",
			"seen=-90&joined=365":                    "frozen lapsing listed platform stopped till",
			"topic=offers&state=withdrawn":           all,
			"state=withdrawn&joined=7":               "platform stopped till",
			"topic=order_updates":                    all,
			"state=granted&source=src_till&joined=7": "till",
			"topic=%27+or+1=1--&state=x&stop=y":      all, // what is no choice is no filter
		} {
			if got := b.listed(names, "/people?"+query); got != want {
				t.Errorf("%s: %s, want %s", query, got, want)
			}
		}
	})
}

// Each active filter is one link that takes away itself and nothing else; an empty field of the form is no filter.
func TestFilterChips(t *testing.T) {
	h := newHouse(t, dbtest.Open(t, db.SQLite))
	h.crowdOf()
	b := h.as(account.Owner)
	body := b.get("/people?topic=offers&state=withdrawn&stop=all").body
	for _, want := range []string{`href="/people?state=withdrawn&amp;stop=all"`, `href="/people?stop=all&amp;topic=offers"`, `href="/people?state=withdrawn&amp;topic=offers"`, "Filter entfernen"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
	if a := b.get("/people?topic=&state=withdrawn&source=&stop="); a.code != http.StatusSeeOther || a.to != "/people?state=withdrawn" {
		t.Errorf("a form's empty fields: %d to %s", a.code, a.to)
	}
	if a := b.get("/people?topic=" + url.QueryEscape(hostile)); a.code != http.StatusOK || strings.Contains(a.body, "<script>") {
		t.Errorf("a hostile filter: %d", a.code)
	}
}

// An auditor sees that people are there, not how to reach them.
func TestNumbersAreForWhoTalksWithPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, role := range account.Roles {
			b := h.as(role)
			for _, page := range []string{"/people", "/people/" + h.contact} {
				body := b.get(page).body
				if whole := strings.Contains(body, "171 392"); whole != role.May(account.MayAddress) {
					t.Errorf("%s for %s: the whole number is shown: %v", page, role, whole)
				}
				if masked := strings.Contains(body, "+49 •••00"); masked == role.May(account.MayAddress) {
					t.Errorf("%s for %s: the number is masked: %v", page, role, masked)
				}
			}
		}
	})
}

func TestExport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for i, name := range []string{`=cmd|' /C calc'!A0`, "+49 now", "-1+1", "@SUM(A1)", "\tx", "\rx", " \u200b=1+1", `a;"b",c` + "\nd", "＝1"} {
				h.person(ctx, tx, h.a.ID, name, fmt.Sprintf("tel:+4917139250%02d", i), time.Duration(i)*time.Hour)
			}
			return nil
		})
		for _, role := range account.Roles {
			a := h.as(role).post("/people/export", "filter", "")
			if want := map[bool]int{true: 200, false: 403}[role.May(account.MayExport)]; a.code != want {
				t.Errorf("%s: %d, want %d", role, a.code, want)
			}
			if a.code != 200 {
				continue
			}
			rows := h.readCSV(a, ';')
			if len(rows) != 14 || rows[0][1] != "Name" || !strings.HasPrefix(a.body, "\ufeff") || !strings.Contains(a.head.Get("Content-Disposition"), `attachment; filename="personen-2026-11-17.csv"`) {
				t.Fatalf("%s: %d rows, %v", role, len(rows), a.head)
			}
			for _, r := range rows {
				for _, cell := range r {
					if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") || strings.HasPrefix(strings.TrimLeft(cell, " \u200b"), "=") {
						t.Errorf("a spreadsheet runs %q", cell)
					}
				}
			}
			if whole := strings.Contains(a.body, "tel:+491713920000"); whole != role.May(account.MayAddress) {
				t.Errorf("%s: whole numbers: %v", role, whole)
			}
		}
		b := h.as(account.Owner)
		b.lang = "en"
		a := b.post("/people/export", "filter", "topic=offers&state=granted")
		if rows := h.readCSV(a, ','); len(rows) != 1 || rows[0][4] != "Known since" {
			t.Errorf("narrowed, in English: %v", rows)
		}
		var trail []account.Entry
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			trail, err = account.Trail(ctx, tx, h.a.ID, "", 2)
			return err
		})
		if trail[0].Action != "people.exported" || trail[0].Detail["count"] != "0" || trail[0].Detail["filter"] != "state=granted&topic=offers" || trail[1].Action != "people.export_begun" {
			t.Errorf("trail %+v", trail)
		}
	})
}

func (h *house) readCSV(a answer, comma rune) [][]string {
	h.t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff")))
	r.Comma = comma
	rows, err := r.ReadAll()
	if err != nil {
		h.t.Fatal(err)
	}
	return rows
}

func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{"": "", "Anna": "Anna", "=1": "'=1", "+49": "'+49", "-": "'-", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx",
		"  =1": "'  =1", "\u200b+1": "'\u200b+1", "a=1": "a=1", " Anna": " Anna", "tel:+49171": "tel:+49171", "＠x": "'＠x", "|x": "'|x", "   ": "   "} {
		if got := harmless(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSavedViews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		agent, owner := h.as(account.Agent), h.as(account.Owner)
		if a := agent.post("/people/views", "name", "Bald weg "+hostile[:20], "filter", "state=withdrawn&evil=1&topic=nothing"); a.to != "/people?state=withdrawn" {
			t.Fatalf("save: %d to %s", a.code, a.to)
		}
		if a := owner.post("/people/views", "name", "Für alle", "filter", "topic=offers", "all", "1"); a.to != "/people?topic=offers" {
			t.Fatalf("save for all: %d to %s", a.code, a.to)
		}
		body := agent.get("/people?state=withdrawn").body
		for _, want := range []string{"Bald weg &lt;script", "Für alle", `href="/people?topic=offers"`} {
			if !strings.Contains(body, want) {
				t.Errorf("the agent does not see %s", want)
			}
		}
		if body := owner.get("/people").body; strings.Contains(body, "Bald weg") || !strings.Contains(body, "Für alle") {
			t.Error("the owner sees another one's own view, or not everybody's")
		}
		for _, bad := range [][]string{{"name", " ", "filter", "state=withdrawn"}, {"name", strings.Repeat("x", 61), "filter", "state=withdrawn"}, {"name", "x", "filter", ""}, {"name", "x", "filter", "%zz"}} {
			if a := agent.post("/people/views", bad...); a.code != http.StatusBadRequest {
				t.Errorf("%v: %d", bad, a.code)
			}
		}
		if a := agent.post("/people/views", "name", "", "filter", "state=withdrawn"); !strings.Contains(a.body, `aria-describedby="view-problem"`) {
			t.Error("the problem does not stand beside its field")
		}
		drop := regexp.MustCompile(`action="(/views/viw_[^"]+/drop)"`).FindStringSubmatch(body)
		if drop == nil {
			t.Fatal("no way to delete the view")
		}
		view := strings.Split(drop[1], "/")[2]
		if a := owner.post("/people/views", "view", view, "name", "Meins", "filter", "state=withdrawn"); a.code != http.StatusNotFound {
			t.Errorf("another one's own view is renamed: %d", a.code)
		}
		if a := agent.post("/people/views", "view", view, "name", " ", "filter", "state=withdrawn"); a.code != http.StatusBadRequest || !strings.Contains(agent.get("/people").body, "Bald weg") {
			t.Errorf("renamed to nothing: %d", a.code)
		}
		if a := agent.post("/people/views", "view", view, "name", "Ganz weg", "filter", "state=withdrawn"); a.to != "/people?state=withdrawn" {
			t.Errorf("rename: %d", a.code)
		}
		if body = agent.get("/people?state=withdrawn").body; strings.Contains(body, "Bald weg") || strings.Count(body, `value="Ganz weg"`) != 1 {
			t.Error("the old name stands beside the new one, or the new one is not offered to be changed")
		}
		if drop = regexp.MustCompile(`action="(/views/viw_[^"]+/drop)"`).FindStringSubmatch(body); drop == nil {
			t.Fatal("no way to delete the renamed view")
		}
		if a := owner.post(drop[1]); a.code != http.StatusNotFound {
			t.Errorf("another one's own view: %d", a.code)
		}
		if a := agent.post(drop[1]); a.to != "/people" || strings.Contains(agent.get("/people").body, "Bald weg") {
			t.Errorf("drop: %d", a.code)
		}
	})
}

// Whatever is rare is found by going on, and nobody twice: a walk that looks at few people a page.
func TestWalkGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		names := h.crowdOf()
		s := newSearch(h.a.ID, narrowed{onLanguage: "fr", onState: "granted"}, []topicName{{Code: "offers"}, {Code: "order_updates"}}, now)
		s2 := newSearch(h.a.ID, narrowed{onStop: "list"}, nil, now)
		for _, s := range []*peopleSearch{s, s2} {
			var found []string
			looks := 0
			for at := ""; looks == 0 || at != ""; looks++ {
				var err error
				at, err = s.walk(func(f func(ctx context.Context, tx *db.Tx) error) error { return d.Read(t.Context(), f) }, at, 2, 2, func(rows []personRow) (bool, error) {
					for _, r := range rows {
						found = append(found, names[r.Contact])
					}
					return false, nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			if len(found) != 1 || looks < 4 {
				t.Errorf("%v in %d looks", found, looks)
			}
		}
	})
}

// Who is on the suppression list is found along the fingerprints of everybody's addresses, not person by person.
func TestListedReadsAlongTheFingerprints(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	s := newSearch("t", narrowed{onStop: "list"}, nil, now)
	if err := d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, _, err := s.listed(ctx, tx, "", 50)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, text := range db.Statements(db.SQLite) {
		if !strings.Contains(text, "a.contact >= $3 and a.until is null") {
			continue
		}
		plan, err := d.Plan(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(plan); !strings.Contains(got, "SEARCH a USING COVERING INDEX contact_address_of (tenant=? AND contact>? AND contact<?)") ||
			!strings.Contains(got, "SEARCH x USING PRIMARY KEY (tenant=? AND fingerprint=?)") {
			t.Errorf("%s", got)
		}
		return
	}
	t.Error("the statement was not seen")
}

// SQLite reads every crowd along an index made for it, and sorts nothing.
func TestCrowdsReadAlongAnIndex(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	for text, want := range map[string]string{
		"from contact k where k.tenant = $1":                                                                                          "PRIMARY KEY (tenant=? AND contact>? AND contact<?)",
		"from contact k where k.tenant = $1 and k.frozen_at is not null":                                                              "contact_frozen (tenant=? AND contact>? AND contact<?)",
		"from contact k where k.tenant = $1 and k.language <> '' and k.language = 'de'":                                               "contact_language (tenant=? AND language=? AND contact>? AND contact<?)",
		"from standing k where k.tenant = $1 and k.source <> '' and k.source = 'src_1'":                                               "standing_source (tenant=? AND source=? AND contact>? AND contact<?)",
		"from standing k where k.tenant = $1 and k.topic = 'offers' and k.state = 'granted'":                                          "standing_topic (tenant=? AND topic=? AND state=? AND contact>? AND contact<?)",
		"from standing k where k.tenant = $1 and k.topic = '' and (k.stop_all or k.stop_marketing or k.platform_stop) and k.stop_all": "standing_stop (tenant=? AND contact>? AND contact<?)",
	} {
		var plan []string
		err := d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			rows, err := tx.Query(ctx, "explain query plan select k.contact "+text+" and k.contact < $2 and k.contact >= $3 order by k.contact desc limit $4", "t", "con_~", "", 50)
			plan, err = db.All(rows, err, func(r *db.Rows, s *string) error {
				var a, b, c int64
				return r.Scan(&a, &b, &c, s)
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(plan); !strings.Contains(got, want) || strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s: %s", text, got)
		}
	}
}
