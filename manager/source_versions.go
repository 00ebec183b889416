package manager

import (
	"context"
	"net/http"
	"strconv"

	"jawort/db"
	"jawort/notice"
)

// versionsData is two versions of a wording beside each other.
type versionsData struct {
	sourceData
	older, newer []notice.Version // in all their languages; older is nil for the first version
	all          []int64          // numbers, newest first
}

// pair is one language of two versions.
type pair struct {
	lang  string
	older notice.Version
	newer notice.Version
	parts []notice.Part
}

// pairs are the languages of either version.
func (d versionsData) pairs() []pair {
	var out []pair
	of := func(list []notice.Version, lang string) notice.Version {
		for _, x := range list {
			if x.Language == lang {
				return x
			}
		}
		return notice.Version{}
	}
	for _, lang := range inOrder(nil, append(append([]notice.Version{}, d.newer...), d.older...), "") {
		a, b := of(d.older, lang), of(d.newer, lang)
		if lang != "" && (a.Version > 0 || b.Version > 0) {
			out = append(out, pair{lang, a, b, notice.Compare(a.Body, b.Body)})
		}
	}
	return out
}

// compared are the pairs that there are to compare: of a first version none.
func (d versionsData) compared() []pair {
	if len(d.all) == 1 {
		return nil
	}
	return d.pairs()
}

// showVersions compares two versions: those asked for, else the newest with the one before.
func showVersions(v *visit) error {
	var d versionsData
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		d.sourceData, err = v.theSource(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, x := range d.versions {
		if n := len(d.all); n == 0 || d.all[n-1] != x.Version {
			d.all = append(d.all, x.Version)
		}
	}
	q := v.r.URL.Query()
	newer, older := asked(q.Get("new"), d.all, 0), asked(q.Get("old"), d.all, 1)
	d.newer, d.older = ofVersion(d.versions, newer), ofVersion(d.versions, older)
	return v.show(http.StatusOK, versionsView(v, d))
}

// asked is the version named, if there is one, else the one at the place, else 0.
func asked(text string, all []int64, place int) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	for _, x := range all {
		if x == n {
			return n
		}
	}
	if place < len(all) {
		return all[place]
	}
	return 0
}
