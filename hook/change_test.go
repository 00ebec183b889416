package hook

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/consent"
	"jawort/errs"
)

// Every kind of the ledger has its advice here; what lessens never says update, but for a merge, which is told by what stands.
func TestAdvice(t *testing.T) {
	scoped := map[consent.Scope]string{consent.ScopeTopic: DoStopTopics, consent.ScopeMarketing: DoStopMarketing, consent.ScopeAll: DoRemove}
	want := map[consent.Kind]string{
		consent.Requested: "", consent.Claimed: "", consent.RequestExpired: "", consent.AgeStated: "", consent.ReasonGiven: "", consent.StaffAction: "",
		consent.Declared: DoUpdate, consent.Granted: DoUpdate, consent.Unpaused: DoUpdate, consent.PlatformResumed: DoUpdate, consent.Signup: DoUpdate,
		consent.Outdated: DoUpdate, consent.BlockCleared: DoUpdate, consent.Linked: DoUpdate, consent.NumberChanged: DoUpdate, consent.Merged: DoUpdate,
		consent.Split: DoUpdate, consent.ProofEdited: DoUpdate, consent.ProofRevoked: DoUpdate, consent.Voided: DoUpdate,
		consent.PlatformStopped: DoStopMarketing, consent.SuspectedBlock: DoStopMarketing,
		consent.Disputed: DoRemove, consent.Suppressed: DoRemove, consent.Erased: DoRemove, consent.Restricted: DoRemove,
		consent.IdentityChanged: DoRemove, consent.KeyChanged: DoRemove,
	}
	for _, k := range consent.Kinds {
		for scope, byScope := range scoped {
			e := consent.Event{Kind: k, Scope: scope}
			expected, fixed := want[k]
			switch {
			case fixed:
			case k == consent.Paused && scope == consent.ScopeAll:
				expected = DoStopTopics
			default:
				expected = byScope
			}
			got := Advice(&e)
			if got != expected || got != "" && !slices.Contains(Deeds, got) {
				t.Errorf("%s of %s: %q, want %q", k, scope, got, expected)
			}
			if e.Lessens() && k != consent.Merged && (got == DoUpdate || got == "") {
				t.Errorf("%s lessens, and the receiver is told %q", k, got)
			}
		}
	}
}

func TestItemsAndCursors(t *testing.T) {
	last := ""
	for _, p := range []int64{1, 2, 9, 10, 99, 1_000_000, 1 << 62} {
		item := itemOf(p)
		if back, ok := positionOf(item); !ok || back != p || item <= last {
			t.Errorf("position %d is %q after %q", p, item, last)
		}
		last = item
		e := consent.Event{ID: "evt_x", Position: p}
		if position, event, err := parseCursor(cursorOf(&e)); err != nil || position != p || event != "evt_x" {
			t.Errorf("cursor of %d: %d %s %v", p, position, event, err)
		}
	}
	for _, bad := range []string{"raw_1", "chg_x", "", "chg_"} {
		if _, ok := positionOf(bad); ok {
			t.Errorf("%q is a position", bad)
		}
	}
	for _, bad := range []string{"", "%", "MS4w", "Mi4xLmV2dF94", "MS4tNC5ldnRfeA"} { // version 2, position -4
		if _, _, err := parseCursor(bad); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("cursor %q: %v", bad, err)
		}
	}
}

// The example of the specification (standard-webhooks spec, "Signature scheme").
func TestSignatureOfTheSpecification(t *testing.T) {
	key, _ := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	p := sign([][]byte{key, key}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330_000_000, []byte(`{"test": 2432232314}`))
	const want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	if got := p.header.Get("webhook-signature"); got != want+" "+want || p.header.Get("webhook-timestamp") != "1614265330" {
		t.Errorf("signed %v", p.header)
	}
	if _, shown := newSecret(); !strings.HasPrefix(shown, "whsec_") || len(shown) != len("whsec_")+44 {
		t.Error("a secret of another shape")
	}
}

func TestRetryAfter(t *testing.T) {
	for in, want := range map[string]time.Duration{"": 0, "x": 0, "-3": 0, "7": 7 * time.Second, "99999999": time.Hour, "Fri, 31 Dec 1999 23:59:59 GMT": 0} {
		if got := retryAfter(in); got != want {
			t.Errorf("Retry-After %q: %v", in, got)
		}
	}
}
