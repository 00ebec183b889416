package voice

import (
	"context"
	"errors"
	"slices"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/db"
	"jawort/notice"
	"jawort/source"
	"jawort/topic"
)

// offer is the live source that a number leads to, with what its script needs.
type offer struct {
	source     source.Source
	tenant     account.Tenant
	texts      []notice.Version
	recordings []notice.Recording
	script     Script
	dialled    string // the source's own spelling of the number
}

var errNobody = errors.New("no live source has this number and takes calls that come this way")

// way is how a call came.
type way struct {
	lines []string // of which provider
	free  bool     // whoever runs the server lets its sender call
}

// leads says whether a call that came this way may reach the source: by the line it names, else by any of its own business. Providers
// write what they like into a call; with a line of one business nobody reaches the numbers of another.
func (w way) leads(s source.Source, own []account.Line) bool {
	if line := s.Settings.Voice.Line; line != "" {
		return slices.Contains(w.lines, line)
	}
	return w.free || slices.ContainsFunc(own, func(l account.Line) bool { return l.Tenant == s.Tenant && slices.Contains(w.lines, l.ID) })
}

// offer finds by the first of the called numbers that is a source's.
func (h *House) offer(ctx context.Context, called []string, w way) (*offer, error) {
	o := new(offer)
	err := h.d.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		live, err := source.LiveSpoken(ctx, tx)
		if err != nil {
			return err
		}
		lines, err := account.Lines(ctx, tx, "")
		if err != nil {
			return err
		}
		for _, to := range called {
			for _, s := range live {
				if n := s.Settings.Voice.Answers(to); n != "" && w.leads(s, lines) {
					o.source, o.dialled = s, n
					return o.read(ctx, tx)
				}
			}
		}
		return errNobody
	})
	return o, err
}

func (o *offer) read(ctx context.Context, tx *db.Tx) (err error) {
	s := o.source
	if o.tenant, err = account.TenantOf(ctx, tx, s.Tenant); err != nil {
		return err
	}
	if o.texts, err = notice.At(ctx, tx, s.Tenant, s.Notice, s.NoticeVersion); err != nil {
		return err
	}
	if o.recordings, err = notice.Recordings(ctx, tx, s.Tenant, s.Notice, s.NoticeVersion); err != nil {
		return err
	}
	all, err := topic.List(ctx, tx, s.Tenant, false)
	var codes []string
	for _, t := range all {
		if slices.Contains(s.Topics, t.Code) {
			codes = append(codes, t.Code)
		}
	}
	if o.source.Topics = codes; err == nil && len(codes) == 0 {
		return errNobody // every topic was retired: there is nothing to agree to
	}
	o.script = Script{Languages: slices.Clone(s.Settings.Languages), Record: s.Settings.Voice.Record}
	if s.Settings.Voice.Each && len(codes) > 1 {
		o.script.Topics = codes
	}
	return err
}

// caller reads who calls, in the country of the source; "" = hidden, or no number that can have WhatsApp. The caller's country
// says in which language we begin.
func (o *offer) caller(from string) address.Address {
	region := o.source.Settings.DefaultRegion
	if region == "" {
		region = o.tenant.Country
	}
	var a address.Address
	if from != "" {
		a, _ = address.FromNetwork(from, region)
	}
	if a != "" {
		o.begin(spokenIn(a.Country()))
	}
	return a
}

// begin puts a language first.
func (o *offer) begin(lang string) {
	if i := slices.Index(o.script.Languages, lang); i > 0 {
		o.script.Languages = append([]string{lang}, slices.Delete(slices.Clone(o.script.Languages), i, i+1)...)
	}
}

// spokenIn is the language in which we begin with somebody from a country; the fourth key leads to the others.
func spokenIn(country string) string {
	switch country {
	case "DE", "AT", "CH", "LI", "LU":
		return "de"
	}
	return "en"
}

func (o *offer) language(m Moment) string { return o.script.Languages[m.Language] }

// rings is how long a call that is to be missed rings.
func (o *offer) rings() time.Duration {
	n := o.source.Settings.Voice.Seconds
	if n == 0 {
		n = source.DefaultSeconds
	}
	return time.Duration(n) * time.Second
}
