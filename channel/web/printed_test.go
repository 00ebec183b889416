package web

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"jawort/db"
	printed "jawort/form"
	"jawort/source"
)

// What a printed form's code opens: the words of its own version, whatever is in force meanwhile, and the page for who would rather
// use the telephone. Nothing tells whether it was used.
func TestThePageOfAPrintedForm(t *testing.T) {
	each(t, func(s *shop) {
		var f printed.Form
		s.write(func(ctx context.Context, tx *db.Tx) error {
			paper, _, err := source.New(ctx, tx, s.tenant.ID, source.Source{Kind: "paper", Name: "Kasse", Notice: s.notice, Topics: []string{"offers"}, Number: theNumber}, 5)
			if err != nil {
				return err
			}
			all, err := printed.Print(ctx, tx, printed.Form{Tenant: s.tenant.ID, Source: paper.ID, Notice: s.notice, Version: 1, Language: "de", PrintedBy: "usr_a"}, 1, 10)
			if err != nil {
				return err
			}
			f = all[0]
			return s.publish(ctx, tx, map[string]string{"de": "Ein neuer Wortlaut"})
		})
		before := s.browser().get("/o/f/" + f.Serial)
		if before.code != http.StatusOK || strings.TrimSpace(text(before.one(t, "div.terms p"))) != words["de"] || !strings.Contains(before.body, "/o/"+s.source.ID+"?lang=de") {
			t.Errorf("%d %s", before.code, before.body)
		}
		s.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := printed.Use(ctx, tx, s.tenant.ID, f.Serial, "evt_1", 20)
			return err
		})
		if after := s.browser().get("/o/f/" + strings.ToLower(f.Serial)); after.body != before.body {
			t.Error("the page tells that the form was used")
		}
		for _, none := range []string{"AAAAA-AAAAB", "x", strings.Repeat("A", 5000), "%00", "..%2f..%2f"} {
			if a := s.browser().get("/o/f/" + none); a.code != http.StatusNotFound {
				t.Errorf("%q: %d", none[:min(len(none), 20)], a.code)
			}
		}
	})
}
