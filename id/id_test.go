package id

import (
	"sort"
	"testing"
	"time"
)

func TestIDsSortByTimeOfBirth(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	var ids []string
	for i := range 200 {
		ids = append(ids, New("evt", at.Add(time.Duration(i)*time.Microsecond)))
	}
	if !sort.StringsAreSorted(ids) {
		t.Fatal("later ids sort before earlier ones")
	}
	us, ok := Time("evt", ids[7])
	if !ok || us != at.UnixMicro()+7 {
		t.Fatalf("Time = %d, %v", us, ok)
	}
}

func TestIs(t *testing.T) {
	good := At("msg", 1)
	for s, want := range map[string]bool{good: true, "": false, "msg_": false, good + "0": false, "evt" + good[3:]: false, good[:len(good)-1] + "z": false} {
		if Is("msg", s) != want {
			t.Errorf("Is(%q) = %v", s, !want)
		}
	}
}

func TestIDsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 10000 {
		s := At("msg", 5)
		if seen[s] {
			t.Fatal("the same id twice")
		}
		seen[s] = true
	}
}
