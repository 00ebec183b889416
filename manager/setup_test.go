package manager

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/address"
	"jawort/db"
	"jawort/db/dbtest"
)

func TestJudgeOptOuts(t *testing.T) {
	for name, c := range map[string]struct {
		text             string
		numbers, bad, at int // at = line of the first fault
	}{
		"one":                      {"+49 171 3920011", 1, 0, 0},
		"heading and empty lines":  {"\ufeffTelefon\r\n\r\n0171 3920011\r\n", 1, 0, 0},
		"CSV with names":           {"Name;Nummer\nBernd;+491713920011\nEva;+491713920012;x", 2, 0, 0},
		"quoted":                   {`"Bernd","+49 171 3920011"`, 1, 0, 0},
		"twice, written otherwise": {"0171 3920011\n+491713920011\n0049 171 3920011", 1, 0, 0},
		"formulas":                 {"=1+1\n@SUM(A1)\n-2+3\n+49 171 3920011", 1, 3, 1},
		"a word among numbers":     {"+491713920011\nhallo", 1, 1, 2},
		"an e-mail":                {"+491713920011\njonna@x.example", 1, 1, 2},
		"markup":                   {"1\n<script>alert(1)</script>", 0, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := judgeOptOuts([]byte(c.text), "DE")
			if err != nil {
				t.Fatal(err)
			}
			if len(l.numbers) != c.numbers || l.bad != c.bad || c.at > 0 && l.faults[0].line != c.at {
				t.Errorf("%d numbers, %d bad, %+v", len(l.numbers), l.bad, l.faults)
			}
		})
	}
	many := strings.Repeat("x\n", mostOptOuts+1)
	for name, text := range map[string]string{"empty": " \n", "binary": "PK\x03\x04\x00", "no UTF-8": "M\xfcller", "too many": many} {
		if _, err := judgeOptOuts([]byte(text), "DE"); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	l, err := judgeOptOuts([]byte(strings.Repeat("x\n", 500)+strings.Repeat("ü", 200)), "DE")
	if err != nil || l.bad != 500 || len(l.faults) != shownFaults {
		t.Errorf("faults %d of %d: %v", len(l.faults), l.bad, err)
	}
}

// A list of one business is nobody else's, and one that is running is not replaced.
func TestOptOutLists(t *testing.T) {
	var x optOutLists
	a, b := &optOutList{numbers: []address.Address{"tel:+491713920011"}}, &optOutList{}
	if !x.put("a", a) || x.of("b") != nil || x.of("a") != a {
		t.Error("kept in the wrong place")
	}
	if !a.begin() || a.begin() || x.put("a", b) {
		t.Error("begun twice, or replaced while it runs")
	}
	a.tell(true)
	a.tell(false)
	a.end()
	if done, failed, running, over := a.progress(); done != 2 || failed != 1 || running || !over || a.begin() {
		t.Errorf("%d %d %v %v", done, failed, running, over)
	}
	if !x.put("a", b) {
		t.Error("not replaced afterwards")
	}
}

// The list on the overview: only in a business that began this way, only for the owner, until all is done or it is sent away.
func TestChecklist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		shows := func(role account.Role) bool { return strings.Contains(h.as(role).get("/").body, "Noch einzurichten") }
		if shows(account.Owner) {
			t.Error("shown in a business that was founded in another way")
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return account.SetStep(ctx, tx, h.a.ID, "begun", account.StepDone)
		})
		if !shows(account.Owner) || shows(account.Admin) {
			t.Error("not shown to the owner, or to others")
		}
		b := h.as(account.Owner)
		for _, step := range setupSteps {
			want := after(step)
			if a := b.post("/setup/later/" + step); a.to != want {
				t.Errorf("%s put off: %d to %s", step, a.code, a.to)
			}
		}
		page := b.get("/")
		h.sound("the list", "de", page)
		if !strings.Contains(page.body, `href="/setup/optouts"`) || strings.Contains(page.body, `href="/setup/number"`) {
			t.Error("what is put off must stay, what is done must not be asked again")
		}
		if a := b.post("/setup/later/odd"); a.code != http.StatusNotFound {
			t.Errorf("odd step: %d", a.code)
		}
		if a := b.post("/setup/dismiss"); a.to != "/" || shows(account.Owner) {
			t.Error("not sent away")
		}
	})
}

// Bad input at each step behind the login: the sentence, what was typed, and nothing secret.
func TestSetupStepsKeepWhatWasTyped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		for name, c := range map[string]struct {
			path  string
			form  []string
			wants []string
		}{
			"connect without a token": {"/setup/number", []string{"number", "12345" + hostile, "token", "", "app_secret", "GEHEIM"}, []string{"Diese Angabe fehlt", "12345&lt;script"}},
			"program without a name":  {"/setup/program", []string{"program", " "}, []string{"Der Name fehlt"}},
			"source without a topic":  {"/setup/source", []string{"topic", "odd", "source", hostile}, []string{"&lt;script"}},
			"an empty list":           {"/setup/optouts", []string{"list", ""}, []string{"Die Liste ist leer"}},
			"no mail server":          {"/setup/mail", with(goodMail, "host", ""), []string{"host-err", "jawort@x.example"}},
		} {
			a := b.post(c.path, c.form...)
			h.sound(name, "de", a)
			if a.code != http.StatusBadRequest {
				t.Errorf("%s: %d", name, a.code)
			}
			for _, want := range c.wants {
				if !strings.Contains(a.body, want) {
					t.Errorf("%s: does not say %q", name, want)
				}
			}
			if strings.Contains(a.body, "GEHEIM") || strings.Contains(a.body, `value="geheim"`) {
				t.Errorf("%s shows a secret", name)
			}
		}
		if a := b.post("/setup/try"); a.code != http.StatusNotFound {
			t.Errorf("toy phones where there are none: %d", a.code)
		}
		big := b.post("/setup/optouts", "list", strings.Repeat(fmt.Sprintln("+491713920011"), 3<<20/14))
		if big.code >= 500 {
			t.Errorf("a large list: %d", big.code)
		}
	})
}
