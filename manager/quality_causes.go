package manager

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jawort/account"
	"jawort/db"
	"jawort/guard"
	"jawort/look"
	"jawort/quality"
	"jawort/say"
	"jawort/source"
	"jawort/tally"
)

var causeRoutes = []route{
	{"GET /quality/causes", account.MaySee, causesPage},
	{"GET /quality/causes/people", account.MaySee, causePeople},
}

// causeSpans are the days that the page can look back on.
var causeSpans = []int{7, 30, 90}

// mostCauses is how long the list is: what comes after that is nobody's cause.
const mostCauses = 20

// causesData is what the page of causes shows.
type causesData struct {
	head  qualityHead
	days  int
	kind  string  // "" = of every kind
	sent  int64   // messages of the span
	usual float64 // the rate before
	rows  []cause
	few   int // things with too few messages to say
	stand int64
}

// cause is one line of the list.
type cause struct {
	quality.Ranked
	kind, name string
	live       bool // a source that can be paused
}

func (d causesData) path(name, value string) string {
	f := map[string]string{"kind": d.kind, "days": strconv.Itoa(d.days)}
	f[name] = value
	return path("/quality/causes", filter{"kind", f["kind"]}, filter{"days", f["days"]})
}

// asked reads kind and span from the address; words of no list count as none.
func (v *visit) causesAsked() (d causesData) {
	q := v.r.URL.Query()
	d.days = 30
	if n, err := strconv.Atoi(q.Get("days")); err == nil && slices.Contains(causeSpans, n) {
		d.days = n
	}
	if k := q.Get("kind"); slices.Contains(tally.Kinds, k) {
		d.kind = k
	}
	return d
}

func causesPage(v *visit) error {
	d := v.causesAsked()
	if err := v.read(func(ctx context.Context, tx *db.Tx) error { return v.readCauses(ctx, tx, &d) }); err != nil {
		return err
	}
	return v.show(http.StatusOK, causesView(v, d))
}

func (v *visit) readCauses(ctx context.Context, tx *db.Tx, d *causesData) (err error) {
	if d.head, err = v.qualityHead(ctx, tx); err != nil {
		return err
	}
	today := tally.Day(v.now(), v.zone)
	span := tally.Days{From: today - int64(d.days) + 1, To: today}
	f, err := tally.ReadCauses(ctx, tx, v.tenant.ID, v.zone, tally.Days{From: min(span.From, guard.Before(today).From), To: today})
	if err != nil {
		return err
	}
	whole := guard.Feedback(f, span, "")[""]
	d.stand, d.sent, d.usual = f.Stand, whole.Reached, quality.Usual(guard.Feedback(f, guard.Before(today), "")[""], whole)
	names, err := v.causeNames(ctx, tx)
	if err != nil {
		return err
	}
	var all []cause
	for _, kind := range tally.Kinds {
		if d.kind != "" && d.kind != kind {
			continue
		}
		var list []quality.Feedback
		for _, one := range guard.Feedback(f, span, kind) {
			list = append(list, one)
		}
		for _, r := range quality.Rank(list, d.usual) {
			all = append(all, cause{Ranked: r, kind: kind, name: v.causeName(names, kind, r.Key), live: kind == "source" && names["live/"+r.Key] != ""})
		}
	}
	d.rows, d.few = ranked(all)
	return nil
}

// ranked puts the lines of all kinds in one order: what surely is worst on top, what says too little last, and counted. The same messages rest on a
// source, its wording, a topic and a template at once: what people came by stands before what they got where it explains it.
func ranked(all []cause) (rows []cause, few int) {
	slices.SortStableFunc(all, func(a, b cause) int {
		if a.Few != b.Few {
			return map[bool]int{true: 1, false: -1}[a.Few]
		}
		if a.Hot != b.Hot {
			return map[bool]int{true: -1, false: 1}[a.Hot]
		}
		return cmp.Or(cmp.Compare(b.Low, a.Low), cmp.Compare(b.Reached, a.Reached))
	})
	for i, c := range all {
		at := slices.IndexFunc(all[:i], func(wide cause) bool { return c.explains(wide) })
		if at >= 0 {
			copy(all[at+1:i+1], all[at:i])
			all[at] = c
		}
	}
	for _, c := range all {
		if c.Few {
			few++
		}
	}
	return all[:min(len(all), mostCauses)], few
}

// explains says that what people came by accounts for most of those whom a topic, a template or a number annoyed, and that the figures cannot tell the
// two apart: then it is where to look first.
func (c cause) explains(wide cause) bool {
	came := []string{"source", "notice", "staff", "program"}
	return slices.Contains(came, c.kind) && !slices.Contains(came, wide.kind) && c.Few == wide.Few && (c.Hot || !wide.Hot) &&
		3*c.Bad() >= 2*wide.Bad() && c.Bad() > 0 && c.High >= wide.Low
}

// causeNames are what things are called, by kind and key; "live/…" marks sources that can be paused.
func (v *visit) causeNames(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	out := map[string]string{}
	sources, err := source.List(ctx, tx, v.tenant.ID)
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		out["source/"+s.ID] = s.Name
		if s.State == source.StateLive {
			out["live/"+s.ID] = s.Name
		}
	}
	topics, err := topicNames(ctx, tx, v.tenant.ID, v.lang)
	if err != nil {
		return nil, err
	}
	for _, t := range topics {
		out["topic/"+t.Code] = t.Name
	}
	numbers, err := numberNames(ctx, tx, v.tenant.ID)
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		out["number/"+n.Value] = n.Label
	}
	for kind, read := range map[string]func(context.Context, *db.Tx, string) (map[string]string, error){"notice": noticeNames, "staff": staffNames,
		"program": func(ctx context.Context, tx *db.Tx, tenant string) (map[string]string, error) {
			n, err := programNames(ctx, tx, tenant)
			return n, err
		}} {
		list, err := read(ctx, tx, v.tenant.ID)
		if err != nil {
			return nil, err
		}
		for id, name := range list {
			out[kind+"/"+id] = name
		}
	}
	return out, nil
}

func (v *visit) causeName(names map[string]string, kind, key string) string {
	if kind == "notice" {
		id, version, _ := strings.Cut(key, "/")
		if names["notice/"+id] == "" {
			return key
		}
		return v.say("causes.notice", say.Args{"Name": names["notice/"+id], "Version": version})
	}
	if n := names[kind+"/"+key]; n != "" {
		return n
	}
	return key
}

// leads is the page of the thing itself; "" = it has none.
func (c cause) leads() string {
	switch c.kind {
	case "source":
		return "/sources/" + url.PathEscape(c.Key)
	case "template":
		return path("/messages/all", filter{"template", c.Key})
	case "number":
		return path("/messages/all", filter{"number", c.Key})
	}
	return ""
}

func (d causesData) people(kind, key string) string {
	return path("/quality/causes/people", filter{"kind", kind}, filter{"key", key}, filter{"days", strconv.Itoa(d.days)})
}

// rateWord sets a share with one digit.
func (v *visit) rateWord(share float64) string {
	return look.Percent(v.lang, int64(share*1e6+0.5), 1_000_000)
}

// usualWord names what the others are compared with; of nothing nobody says that it is usual.
func (v *visit) usualWord(share float64) string {
	if share == 0 {
		return v.say("causes.usual.none")
	}
	return v.say("causes.usual", say.Args{"Share": v.rateWord(share)})
}

// signalWords are what people did, only what they did: 31 opt-outs, 2 "not me".
func (v *visit) signalWords(f quality.Feedback) string {
	var out []string
	for _, x := range []struct {
		key string
		n   int64
	}{{"stopped", f.Stopped + f.MetaStop}, {"not_me", f.NotMe}, {"complaint", f.Complaints}} {
		if x.n > 0 {
			out = append(out, v.say("causes."+x.key, say.Args{"Count": int(x.n), "Number": look.Integer(v.lang, x.n)}))
		}
	}
	if len(out) == 0 {
		return v.say("causes.nothing")
	}
	return strings.Join(out, " · ")
}

// fateWords are what became of the messages: read, never delivered, held back by Meta.
func (v *visit) fateWords(f quality.Feedback) string {
	var out []string
	if f.Followed > 0 {
		out = append(out, v.say("causes.read", say.Args{"Share": look.Percent(v.lang, f.Seen, f.Followed)}))
		if lost := f.Followed - f.Arrived; lost > 0 {
			out = append(out, v.say("causes.lost", say.Args{"Share": look.Percent(v.lang, lost, f.Followed)}))
		}
	}
	if f.Enough > 0 {
		out = append(out, v.say("causes.enough", say.Args{"Number": look.Integer(v.lang, f.Enough)}))
	}
	if f.Nowhere > 0 {
		out = append(out, v.say("causes.nowhere", say.Args{"Number": look.Integer(v.lang, f.Nowhere)}))
	}
	return strings.Join(out, " · ")
}

// scale is where the axis ends: the highest end of a range in whole steps, of what says too little its point; what is usual is on it too.
func (d causesData) scale() float64 {
	high := max(0.04, d.usual)
	for _, c := range d.rows {
		if c.Few {
			high = max(high, c.Rate())
		} else {
			high = max(high, c.High)
		}
	}
	for _, end := range []float64{0.04, 0.08, 0.12, 0.2, 0.4} {
		if high <= end {
			return end
		}
	}
	return 1
}

// at places a share on the axis.
func (d causesData) at(share float64) string {
	return fmt.Sprintf("%.1f%%", 100*min(1, share/d.scale()))
}

// tick is a number below the axis.
func (v *visit) tick(d causesData, quarter int) string {
	n := strconv.FormatFloat(100*d.scale()*float64(quarter)/4, 'f', -1, 64)
	if quarter == 4 {
		return v.rateTick(n)
	}
	return n
}

func (v *visit) rateTick(n string) string {
	if v.lang == "de" {
		return n + "\u202f%"
	}
	return n + "%"
}

// blamedPeople is the list behind a figure.
type blamedPeople struct {
	causesData
	key, name string
	people    []blamedPerson
}

type blamedPerson struct {
	tally.Blamed
	name string
}

// mostPeople is how many people one list shows.
const mostPeople = 200

func causePeople(v *visit) error {
	d := blamedPeople{causesData: v.causesAsked(), key: v.r.URL.Query().Get("key")}
	if d.kind == "" {
		d.key = ""
	}
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.head, err = v.qualityHead(ctx, tx); err != nil {
			return err
		}
		names, err := v.causeNames(ctx, tx)
		if err != nil {
			return err
		}
		d.name = v.causeName(names, d.kind, d.key)
		from := tally.Start(tally.Day(v.now(), v.zone)-int64(d.days)+1, v.zone).UnixMicro()
		list, err := tally.Annoyed(ctx, tx, v.tenant.ID, d.kind, d.key, from, mostPeople)
		if err != nil {
			return err
		}
		d.people, err = v.named(ctx, tx, list)
		return err
	}); err != nil {
		return err
	}
	return v.show(http.StatusOK, causePeopleView(v, d))
}

// named gives people their names; who was erased has gone from the list.
func (v *visit) named(ctx context.Context, tx *db.Tx, list []tally.Blamed) ([]blamedPerson, error) {
	var ids []string
	for _, b := range list {
		ids = append(ids, b.Contact)
	}
	slices.Sort(ids)
	rows, err := peopleOf(ctx, tx, v.tenant.ID, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, p := range rows {
		names[p.Contact] = v.personName(p.Name)
	}
	var out []blamedPerson
	for _, b := range list {
		if n, ok := names[b.Contact]; ok {
			out = append(out, blamedPerson{b, n})
		}
	}
	return out, nil
}

func (v *visit) pauseCause(c cause, i int) look.Ask {
	return v.ask(look.Ask{ID: "pause-" + digits(i), Open: v.say("causes.pause"), Class: "btn small danger", Action: "/sources/" + url.PathEscape(c.Key) + "/pause",
		Title: v.say("causes.pause.title", say.Args{"Name": c.name}), Text: []string{v.say("causes.pause.text")}, Keep: v.say("causes.pause.keep"), Do: v.say("causes.pause.do")})
}
