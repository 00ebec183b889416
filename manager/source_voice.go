package manager

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"jawort/account"
	"jawort/blob"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/notice"
	"jawort/say"
	"jawort/sound"
	"jawort/source"
	"jawort/topic"
)

var voiceRoutes = []route{
	{"GET /sources/{source}/voice", account.MayEdit, sourceVoice},
	{"POST /sources/{source}/voice", account.MayEdit, saveSourceVoice},
	{"POST /sources/{source}/recording", account.MayEdit, saveRecording},
	{"GET /sources/{source}/sound", account.MayEdit, sourceSound},
	{"POST /sources/{source}/line", account.MayNumbers, saveLine},
}

// LineStatus is where the sign-in of a telephone line stands: trying, registered, refused, unreachable or static.
type LineStatus struct {
	State string
	Code  int
	Until time.Time
}

const mostSound = 40 << 20 // three minutes of 44.1 kHz stereo are 32 MB

// voiceData is the page of a telephone source: its number, its voice, and the lines of the business.
type voiceData struct {
	sourceData
	f, line  typed
	version  []notice.Version // that is spoken: the draft, else the newest one
	recorded []notice.Recording
	lines    []account.Line
}

// speech is one text that must be spoken.
type speech struct {
	lang, slot, title, text string
	have                    *notice.Recording // nil = not spoken yet
}

func (v *visit) voiceData() (voiceData, error) {
	var d voiceData
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.sourceData, err = v.theSource(ctx, tx); err != nil {
			return err
		}
		if !slices.Contains(source.Spoken, d.source.Kind) {
			return errs.New(errs.NotFound, "source.unknown")
		}
		if d.version = d.draft(); d.version == nil {
			d.version = d.latest()
		}
		if len(d.version) > 0 {
			if d.recorded, err = notice.Recordings(ctx, tx, v.tenant.ID, d.source.Notice, d.version[0].Version); err != nil {
				return err
			}
		}
		d.lines, err = account.Lines(ctx, tx, v.tenant.ID)
		return err
	})
	x := d.source.Settings.Voice
	if x == nil {
		x = &source.Voice{}
	}
	d.f = typed{values: url.Values{"numbers": {strings.Join(x.Numbers, "\n")}, "seconds": {capText(x.Seconds)}, "line": {x.Line}}}
	for name, on := range map[string]bool{"record": x.Record, "each": x.Each, "whatsapp": x.WhatsApp, "question": d.source.Settings.Question} {
		if on {
			d.f.values.Set(name, "on")
		}
	}
	d.line = typed{values: url.Values{"kind": {account.LineSIP}, "transport": {"udp"}}}
	return d, err
}

// speeches are all texts of the version, in each of the source's languages.
func (v *visit) speeches(d voiceData) []speech {
	var out []speech
	for _, lang := range d.source.Settings.Languages {
		text, ok := textIn(d.version, lang)
		if !ok {
			continue
		}
		for _, slot := range d.source.Slots() {
			s := speech{lang: lang, slot: slot, title: v.say("voice.wording", say.Args{"Language": v.languageName(lang)}), text: text.Body}
			if code, is := strings.CutPrefix(slot, "topic:"); is {
				i := slices.IndexFunc(d.topics, func(t topic.Topic) bool { return t.Code == code })
				if i < 0 {
					continue
				}
				name := d.topics[i].Text(lang).Name
				s.title = v.say("voice.topic", say.Args{"Topic": name, "Language": v.languageName(lang)})
				s.text = say.Text(say.Match(lang), "voice.topic.text", say.Args{"Topic": name})
			}
			for i := range d.recorded {
				if d.recorded[i].Language == lang && d.recorded[i].Slot == slot {
					s.have = &d.recorded[i]
				}
			}
			out = append(out, s)
		}
	}
	return out
}

func sourceVoice(v *visit) error {
	d, err := v.voiceData()
	if err != nil {
		return err
	}
	return v.showVoice(http.StatusOK, d)
}

// showVoice lets this page, and no other, use the microphone and play sound.
func (v *visit) showVoice(status int, d voiceData) error {
	h := v.w.Header()
	h.Set("Permissions-Policy", "camera=(), microphone=(self), geolocation=(), browsing-topics=()")
	h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; media-src 'self' blob:")
	return v.show(status, voiceView(v, d))
}

// saveSourceVoice keeps number and script; do=live opens a draft.
func saveSourceVoice(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace("0"+f.get("seconds")), 10, 32)
	if err != nil {
		err = errs.At("seconds", "source.limits")
	}
	live := f.get("do") == "live"
	if err == nil {
		err = v.onSource("source.changed", func(ctx context.Context, tx *db.Tx, s source.Source) error {
			if !slices.Contains(source.Spoken, s.Kind) {
				return errs.New(errs.NotFound, "source.unknown")
			}
			s.Settings.Question = f.on("question")
			s.Settings.Voice = &source.Voice{Numbers: strings.Fields(strings.NewReplacer(",", "\n", " ", "").Replace(f.get("numbers"))), Line: f.get("line"),
				Record: f.on("record"), Each: f.on("each"), WhatsApp: f.on("whatsapp"), Seconds: seconds}
			return v.replace(ctx, tx, s, false)
		})
	}
	if err == nil && live { // what was typed is kept, also where something else is still missing
		err = v.onSource("source.live", func(ctx context.Context, tx *db.Tx, s source.Source) error {
			_, err := source.GoLive(ctx, tx, v.tenant.ID, s.ID, v.judge)
			return err
		})
	}
	if err == nil {
		return v.doneSource("voice", map[bool]string{true: "voice.live", false: "voice.saved"}[live])
	}
	if err := f.took(v, err, map[string]string{"settings.voice.numbers": "numbers", "settings.question": "question", "settings.voice.line": "line", "settings.voice.whatsapp": "whatsapp", "settings.voice": "seconds", "": "numbers"}); err != nil {
		return err
	}
	d, err := v.voiceData()
	if err != nil {
		return err
	}
	d.f = f
	return v.showVoice(f.status(), d)
}

// saveRecording keeps what was recorded or uploaded, as a telephone carries it.
func saveRecording(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	d, err := v.voiceData()
	if err != nil {
		return err
	}
	body, err := v.upload("sound", mostSound)
	var pcm []int16
	if err == nil {
		pcm, err = sound.Read(body)
	}
	lang, slot := f.get("lang"), f.get("slot")
	i := slices.IndexFunc(v.speeches(d), func(s speech) bool { return s.lang == lang && s.slot == slot })
	if i < 0 {
		return errs.New(errs.NotFound, "notice.unknown")
	}
	if err == nil {
		err = v.write(func(ctx context.Context, tx *db.Tx) error {
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			b, err := blob.Put(ctx, tx, v.tenant.ID, blob.Limits{}, blob.Blob{Class: blob.House, Owner: d.source.Notice, Body: sound.WAV(pcm)})
			if err != nil {
				return err
			}
			if err := notice.SetRecording(ctx, tx, v.tenant.ID, notice.Recording{Notice: d.source.Notice, Version: d.version[0].Version, Language: lang, Slot: slot,
				Blob: b.Hash, MS: sound.Length(pcm).Milliseconds(), By: v.staff.ID, At: now}); err != nil {
				return err
			}
			return v.audit(ctx, tx, "source.spoken", d.source.ID)
		})
	}
	if err == nil {
		return v.doneSource("voice", "voice.spoken")
	}
	for kind, key := range map[error]string{sound.ErrFormat: "voice.format", sound.ErrLong: "voice.long", sound.ErrEmpty: "voice.empty"} {
		if errors.Is(err, kind) {
			err = errs.At("sound-"+lang+"-"+slot, key)
		}
	}
	if err := f.took(v, err, map[string]string{"sound": "sound-" + lang + "-" + slot}); err != nil {
		return err
	}
	d.f.wrong, d.f.code = f.wrong, f.code
	return v.showVoice(f.status(), d)
}

// sourceSound plays one of the recordings to staff.
func sourceSound(v *visit) error {
	q := v.r.URL.Query()
	d, err := v.voiceData()
	if err != nil {
		return err
	}
	for _, r := range d.recorded {
		if r.Language != q.Get("lang") || r.Slot != q.Get("slot") {
			continue
		}
		var b blob.Blob
		if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
			b, err = blob.Get(ctx, tx, v.tenant.ID, r.Blob)
			return err
		}); err != nil {
			return err
		}
		v.w.Header().Set("Content-Type", "audio/wav")
		_, err := v.w.Write(b.Body)
		return err
	}
	return errs.New(errs.NotFound, "blob.none")
}

// saveLine adds an account at a telephone provider, or forgets one.
func saveLine(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	if !id.Is("src", v.r.PathValue("source")) {
		return errs.New(errs.NotFound, "source.unknown")
	}
	d, err := v.voiceData()
	if err != nil {
		return err
	}
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		if gone := f.get("drop"); gone != "" {
			if used, err := source.ByLine(ctx, tx, v.tenant.ID, gone); err != nil || used {
				return cmp.Or[error](err, errs.New(errs.Conflict, "voice.line.used"))
			}
			return account.DropLine(ctx, tx, v.tenant.ID, gone, v.staff.ID)
		}
		_, err := account.PutLine(ctx, tx, v.s.Keys, v.tenant.ID, account.Line{Name: f.get("name"), Kind: f.get("kind"), Registrar: f.get("registrar"),
			Transport: f.get("transport"), User: f.get("user"), Login: f.get("login")}, f.get("password"), v.staff.ID)
		return err
	})
	if err == nil {
		return v.doneSource("voice", "manager.saved")
	}
	if err := f.took(v, err, map[string]string{"": "name"}); err != nil {
		return err
	}
	d.line = f
	return v.showVoice(f.status(), d)
}

// lineChoices are the business's lines, behind "any of them".
func (v *visit) lineChoices(d voiceData) []option {
	out := []option{{"", v.say("voice.by.any"), ""}}
	for _, l := range d.lines {
		out = append(out, option{l.ID, l.Name, ""})
	}
	return out
}

// lineStatus is the sign-in of a line in words and shape.
func (v *visit) lineStatus(l account.Line) (shape, words string) {
	if l.Kind == account.LineTwilio {
		return "ok", v.say("voice.line.twilio")
	}
	if v.s.LineStatus == nil {
		return "idle", v.say("voice.line.none")
	}
	s, ok := v.s.LineStatus(l.ID)
	if !ok {
		return "idle", v.say("voice.line.trying")
	}
	return map[string]string{"registered": "ok", "static": "ok", "refused": "bad", "unreachable": "bad", "trying": "wait"}[s.State],
		v.say("voice.line."+s.State, say.Args{"Code": s.Code})
}
