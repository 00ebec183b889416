package intake

import (
	"errors"
	"testing"

	"jawort/errs"
	"jawort/graph"
)

// Only what Meta surely did not do is struck off our list.
func TestBlockAnswers(t *testing.T) {
	late := []graph.Unblockable{{Code: 131047}}
	for _, c := range []struct {
		what   string
		failed []graph.Unblockable
		err    error
		key    string
		sure   bool
	}{
		{"done", nil, nil, "", true},
		{"too late", late, &graph.Error{HTTP: 400, Code: 139100}, "intake.block.late", true},
		{"nobody of that name", []graph.Unblockable{{}}, &graph.Error{HTTP: 400, Code: 139100}, "intake.block.refused", true},
		{"the list is full", nil, &graph.Error{HTTP: 400, Code: 139101}, "intake.block.full", true},
		{"no right to", nil, &graph.Error{HTTP: 403, Code: 10}, "intake.block.refused", true},
		{"Meta is down", nil, &graph.Error{HTTP: 503, Code: 2}, "intake.block.open", false},
		{"no answer", nil, errors.New("connection reset"), "intake.block.open", false},
	} {
		err := blockAnswer(c.failed, c.err)
		var e *errs.Error
		if errors.As(err, &e) != (c.key != "") || e != nil && (e.Key != c.key || (e.Code == errs.Conflict) != c.sure) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}
