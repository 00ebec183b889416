package source

import (
	"testing"

	"jawort/docs"
)

func TestDrawingIsTheCode(t *testing.T) {
	code := []docs.Arrow{{From: "[*]", To: string(StateDraft), By: "new"}}
	for _, s := range Steps {
		code = append(code, docs.Arrow{From: string(s.From), To: string(s.To), By: s.By})
	}
	docs.Compare(t, "Source", code)
}

// Whatever is asked of a source in whatever state, the code does what Steps say.
func TestEveryStepFromEveryState(t *testing.T) {
	withShop(t, func(s *shop) {
		calls := map[string]func() (Source, error){
			"go live": func() (Source, error) { return GoLive(s.ctx, s.tx, tenant, s.source.ID, s.pass) },
			"pause":   func() (Source, error) { return Pause(s.ctx, s.tx, tenant, s.source.ID, "why") },
			"resume":  func() (Source, error) { return Resume(s.ctx, s.tx, tenant, s.source.ID, s.pass) },
			"archive": func() (Source, error) { return Archive(s.ctx, s.tx, tenant, s.source.ID) },
			"restore": func() (Source, error) { return Restore(s.ctx, s.tx, tenant, s.source.ID) },
		}
		for _, from := range []State{StateDraft, StateLive, StatePaused, StateArchived} {
			for by, call := range calls {
				x := s.source
				x.State = from
				s.must(update(s.ctx, s.tx, x))
				got, err := call()
				to, ok := next(from, by)
				if (err == nil) != ok || ok && got.State != to {
					t.Errorf("%s from %s: %s %v, drawn %s %v", by, from, got.State, err, to, ok)
				}
			}
		}
	})
}
