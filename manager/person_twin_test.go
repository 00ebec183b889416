package manager

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
)

// twin gives the house one more person with the first one's name.
func (h *house) twin() (who string) {
	h.write(func(ctx context.Context, tx *db.Tx) error {
		who = h.person(ctx, tx, h.a.ID, "Mareike Öztürk", "tel:+491713920077", 0)
		return nil
	})
	return who
}

func TestStaffMergeAndSplit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		other := h.twin()
		b, page := h.as(account.Editor), "/people/"+h.contact
		if a := b.get(page); !strings.Contains(a.body, page+"/merge?with="+other) || !strings.Contains(a.body, "hat denselben Namen") {
			t.Error("the twin is not suggested")
		}
		for _, role := range []account.Role{account.Agent, account.Auditor} {
			if a := h.as(role).get(page); strings.Contains(a.body, "/merge?with=") || strings.Contains(a.body, page+"/twin") {
				t.Errorf("%s is offered a merge", role)
			}
		}
		n := len(h.ledger(h.contact))
		look := b.get(page + "/merge?with=" + other)
		for _, want := range []string{"Ist das dieselbe Person?", "+49 171 3920000", "+49 171 3920077", "Heute: Abgemeldet · Abgemeldet", `name="with" value="` + other} {
			if !strings.Contains(look.body, want) {
				t.Errorf("the comparison does not say %q", want)
			}
		}
		h.sound("a comparison", "de", look)
		for path, form := range map[string][]string{
			page + "/merge":  {"with", h.theirs["contact"], "reason", "dieselbe Kundin"},
			page + "/merge ": {"with", "con_none", "reason", "dieselbe Kundin"},
			"/people/" + h.theirs["contact"] + "/merge":   {"with", other, "reason", "dieselbe Kundin"},
			"/people/" + h.theirs["contact"] + "/twin":    {"address", "0171 3920077"},
			"/people/" + h.theirs["contact"] + "/settle":  {"reason", "jemand anderes"},
			"/people/" + h.theirs["contact"] + "/split/x": {"reason", "jemand anderes"},
			page + "/split/" + h.theirs["contact"]:        {"reason", "zwei Schwestern"},
			page + "/split/con_none":                      {"reason", "zwei Schwestern"},
		} {
			if a := b.post(strings.TrimSpace(path), form...); a.code != http.StatusNotFound {
				t.Errorf("POST %s %v: %d", path, form, a.code)
			}
		}
		if a := b.get(page + "/merge?with=" + h.theirs["contact"]); a.code != http.StatusNotFound {
			t.Errorf("compared with another business's person: %d", a.code)
		}
		short := b.post(page+"/merge", "with", other, "reason", "kurz")
		if short.code != http.StatusBadRequest || !strings.Contains(short.body, `value="kurz"`) || len(h.ledger(h.contact)) != n {
			t.Errorf("without a reason: %d", short.code)
		}
		h.sound("a merge refused", "de", short)
		if a := b.post(page+"/merge", "with", other, "reason", "dieselbe Kundennummer "+hostile); a.to != page {
			t.Fatalf("merge: %d %s", a.code, h.logs)
		}
		if a := b.get("/people/" + other); a.to != page {
			t.Errorf("the old page leads to %q", a.to)
		}
		whole := b.get(page)
		if !strings.Contains(whole.body, page+"/split/"+other) || !strings.Contains(whole.body, "zusammengeführt am") || !strings.Contains(whole.body, "3920077") {
			t.Error("the page does not say who went up in it")
		}
		h.sound("a whole", "de", whole)
		if a := b.post(page+"/merge", "with", other, "reason", "noch einmal dieselbe"); a.code != http.StatusSeeOther && a.code != http.StatusConflict {
			t.Errorf("merged twice: %d", a.code)
		}
		if a := b.post(page+"/split/"+other, "reason", "kurz"); a.code != http.StatusBadRequest || !strings.Contains(a.body, `value="kurz"`) {
			t.Errorf("a split without a reason: %d", a.code)
		}
		if a := b.post(page+"/split/"+other, "reason", "zwei Schwestern, ein Name"); a.to != "/people/"+other {
			t.Fatalf("split: %d %s", a.code, h.logs)
		}
		if a := b.get("/people/" + other); a.code != http.StatusOK || strings.Contains(a.body, "/merge?with=") {
			t.Errorf("after the split: %d, or whom it was split from is suggested again", a.code)
		}
		if e := h.last(other); e.Kind != consent.Split || e.Actor.ID != h.staff[account.Editor].ID || e.Other != h.contact {
			t.Errorf("recorded %+v", e)
		}
		audit := h.as(account.Owner).get("/settings/audit").body
		if !strings.Contains(audit, "Zwei Personen zusammengeführt") || !strings.Contains(audit, "Zusammengeführte Personen getrennt") {
			t.Error("the audit trail lacks the merge or the split")
		}
	})
}

func TestFindTwin(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		other := h.twin()
		b, page := h.as(account.Editor), "/people/"+h.contact
		for typed, want := range map[string]int{"0171 3920077": 303, "0171 3929999": 404, "hallo": 400, "": 400, "0171 3920000": 400} {
			a := b.post(page+"/twin", "address", typed)
			if a.code != want || want == 303 && a.to != page+"/merge?with="+other {
				t.Errorf("%q: %d to %s", typed, a.code, a.to)
			}
			if want != 303 {
				h.sound("nobody found for "+typed, "de", a)
			}
		}
		if a := b.get(page + "/merge"); a.to != page+"#twins" {
			t.Errorf("compared with nobody: %d %s", a.code, a.to)
		}
	})
}

// A doubt about who somebody is stands in the overview until somebody has looked; nothing opens by looking.
func TestDoubtsAreSettled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b, page := h.as(account.Editor), "/people/"+h.contact
		const said = "Bei einer Person ist unklar, wer sie ist"
		if a := b.post(page+"/settle", "reason", "nur einmal nachgesehen"); a.code != http.StatusConflict {
			t.Errorf("settled without a doubt: %d", a.code)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return contact.Freeze(ctx, tx, h.a.ID, h.contact, micros(0))
		})
		if body := b.get("/").body; !strings.Contains(body, said) || !strings.Contains(body, "/people?doubt=frozen") {
			t.Error("the overview does not speak of the doubt")
		}
		a := b.get(page)
		if !strings.Contains(a.body, page+"/settle") {
			t.Error("the page does not offer to settle it")
		}
		h.sound("a doubt", "de", a)
		if a := b.post(page+"/settle", "reason", "kurz"); a.code != http.StatusBadRequest {
			t.Errorf("settled without a reason: %d", a.code)
		}
		if a := b.post(page+"/settle", "reason", "am Telefon gefragt: ein neuer Besitzer"); a.to != page {
			t.Fatalf("settle: %d %s", a.code, h.logs)
		}
		if strings.Contains(b.get("/").body, said) || strings.Contains(b.get(page).body, page+"/settle") {
			t.Error("a settled doubt is still asked about")
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			c, err := contact.Get(ctx, tx, h.a.ID, h.contact)
			if c.FrozenAt == 0 {
				t.Error("settling thawed what was agreed to")
			}
			return err
		})
	})
}
