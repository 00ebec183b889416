package account

import (
	"slices"
	"strings"
	"testing"
)

// The whole table once more in another form, role by role, so that a change must be made twice, knowingly.
func TestRoles(t *testing.T) {
	want := map[Role]string{
		Owner:   "see review answer address files optin optout merge void edit send import export erase numbers keys staff audit tenant",
		Admin:   "see review answer address files optin optout merge void edit send import export erase numbers keys staff audit",
		Editor:  "see review answer address files optin optout merge edit send import",
		Agent:   "see review answer address optin optout",
		Auditor: "see files export audit",
		"":      "",
		"root":  "",
	}
	for role, may := range want {
		allowed := strings.Fields(may)
		n := 0
		for p := range table {
			if role.May(p) {
				n++
			}
		}
		for _, p := range allowed {
			if !role.May(Permission(p)) {
				t.Errorf("%q may not %s", role, p)
			}
		}
		if n != len(allowed) {
			t.Errorf("%q may do %d things, want %d", role, n, len(allowed))
		}
	}
	for p := range table {
		if !slices.Contains(Permissions, p) || len(Permissions) != len(table) {
			t.Errorf("the list that pages show lacks %s, or has one too many", p)
		}
	}
	if Owner.May("fly") {
		t.Error("a permission nobody wrote down is given")
	}
}

func TestOnlyOwnersTouchOwners(t *testing.T) {
	for _, c := range []struct {
		by, other Role
		want      bool
	}{
		{Owner, Owner, true}, {Owner, Auditor, true}, {Admin, Owner, false}, {Admin, Admin, true}, {Admin, Agent, true},
		{Editor, Agent, false}, {Agent, Agent, false}, {Auditor, Agent, false}, {Owner, "root", false}, {"", Agent, false},
	} {
		if got := c.by.MayChange(c.other); got != c.want {
			t.Errorf("%q changes %q: %v, want %v", c.by, c.other, got, c.want)
		}
	}
}
