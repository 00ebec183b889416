package consent

import (
	"bytes"
	"encoding/hex"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write golden files anew")

func sampleEvent() Event {
	return Event{ID: "evt_sample", Contact: "con_sample", Rev: 7, Kind: Granted, Scope: ScopeTopic, Topics: []string{"news", "offers"},
		Address: "tel:+4915112345678", Channel: "chat", Source: "src_1", Number: "310000000000001", Notice: "ntc_1", NoticeVersion: 3,
		NoticeHash: "ab12", Language: "de", Actor: Actor{Kind: Person}, HappenedAt: 1795000000000000, RecordedAt: 1795000000500000,
		Witnessed: true, ChannelSeq: "1795000000", Ref: "evt_0", CapMonth: 4, Evidence: []Evidence{{Kind: "message", Value: `{"id":"wamid.IN1"}`}}}
}

// TestLeafGolden pins version 1: these bytes never change. A new field needs a new version.
func TestLeafGolden(t *testing.T) {
	e, salt := sampleEvent(), bytes.Repeat([]byte{7}, SaltSize)
	got := hex.EncodeToString(Leaf("ten_1", &e, salt))
	if *update {
		if err := os.WriteFile("testdata/leaf_v1.hex", []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/leaf_v1.hex")
	if err != nil {
		t.Fatal(err)
	}
	if got != strings.TrimSpace(string(want)) {
		t.Errorf("leaf version 1 changed:\n%s", got)
	}
}

// TestLeafCommitsToEveryField: whatever changes in the event, the leaf changes.
func TestLeafCommitsToEveryField(t *testing.T) {
	salt := bytes.Repeat([]byte{7}, SaltSize)
	base := sampleEvent()
	was := Leaf("ten_1", &base, salt)
	changes := map[string]func(*Event){
		"id": func(e *Event) { e.ID = "x" }, "contact": func(e *Event) { e.Contact = "x" }, "rev": func(e *Event) { e.Rev++ },
		"kind": func(e *Event) { e.Kind = Claimed }, "scope": func(e *Event) { e.Scope = ScopeAll },
		"topics": func(e *Event) { e.Topics = []string{"news"} }, "topics joined": func(e *Event) { e.Topics = []string{"newsoffers"} },
		"address": func(e *Event) { e.Address = "tel:+1" }, "channel": func(e *Event) { e.Channel = "sms" },
		"source": func(e *Event) { e.Source = "x" }, "number": func(e *Event) { e.Number = "x" }, "notice": func(e *Event) { e.Notice = "x" },
		"version": func(e *Event) { e.NoticeVersion++ }, "hash": func(e *Event) { e.NoticeHash = "x" },
		"language": func(e *Event) { e.Language = "en" }, "actor kind": func(e *Event) { e.Actor.Kind = Staff },
		"actor": func(e *Event) { e.Actor.ID = "usr_1" }, "happened": func(e *Event) { e.HappenedAt++ },
		"recorded": func(e *Event) { e.RecordedAt++ }, "witnessed": func(e *Event) { e.Witnessed = false },
		"seq": func(e *Event) { e.ChannelSeq = "x" }, "ref": func(e *Event) { e.Ref = "x" }, "value": func(e *Event) { e.Value = "x" },
		"until": func(e *Event) { e.Until = 1 }, "reason": func(e *Event) { e.Reason = "x" }, "other": func(e *Event) { e.Other = "x" },
		"cap": func(e *Event) { e.CapMonth++ }, "evidence": func(e *Event) { e.Evidence[0].Value = "x" },
	}
	for name, change := range changes {
		e := sampleEvent()
		change(&e)
		if bytes.Equal(Leaf("ten_1", &e, salt), was) {
			t.Errorf("the leaf does not commit to %s", name)
		}
	}
	if bytes.Equal(Leaf("ten_2", &base, salt), was) || bytes.Equal(Leaf("ten_1", &base, make([]byte, SaltSize)), was) {
		t.Error("the leaf does not commit to tenant and salt")
	}
}

func TestLeafHidesPersonalFields(t *testing.T) {
	e := sampleEvent()
	e.Actor.ID, e.Reason, e.Value = "usr_anna", "zu viele Nachrichten", "42 years"
	leaf := Leaf("ten_1", &e, bytes.Repeat([]byte{7}, SaltSize))
	for _, s := range []string{"4915112345678", "usr_anna", "zu viele", "42 years", "wamid", "1795000000\x00"} {
		if bytes.Contains(leaf, []byte(s)) {
			t.Errorf("the leaf shows %q", s)
		}
	}
}
