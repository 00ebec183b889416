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

// Ids of one batch have the same time: they sort as they were made, so that neighbours of a list are neighbours in every index.
func TestIDsOfOneMomentSortAsMade(t *testing.T) {
	var ids []string
	for range 5000 {
		ids = append(ids, At("con", 7))
	}
	if !sort.StringsAreSorted(ids) {
		t.Fatal("ids of one microsecond sort in another order than they were made")
	}
	if a, b := At("con", 8), At("con", 8); a[len(a)-9:] == b[len(b)-9:] {
		t.Fatalf("%s and %s differ by their order only", a, b)
	}
}
