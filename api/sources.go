package api

import (
	"context"
	"net/http"
	"time"

	"jawort/account"
	"jawort/carrier"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/intake"
	"jawort/notice"
	"jawort/source"
	"jawort/topic"
)

// Source is a place where opt-ins are collected.
type Source struct {
	ID            string            `json:"id"`
	Kind          string            `json:"kind"`
	Name          string            `json:"name"`
	State         string            `json:"state" enum:"draft,live,paused,archived"`
	Notice        string            `json:"notice"`
	NoticeVersion int64             `json:"notice_version" doc:"The version that is shown; 0 = never live"`
	Topics        []string          `json:"topics"`
	Number        string            `json:"number"`
	Settings      SourceSettings    `json:"settings"`
	PausedWhy     string            `json:"paused_why,omitempty"`
	CreatedAt     *time.Time        `json:"created_at"`
	Links         map[string]string `json:"links,omitempty" doc:"Of a thread source, by language: whoever follows one sends the whole declaration"`
	Token         string            `json:"token,omitempty" doc:"Told only when it is made"`
}

// SourceInput is what can be set about a source.
type SourceInput struct {
	Kind     string         `json:"kind" enum:"web,thread,sms,ivr,missed_call,paper"`
	Name     string         `json:"name" maxLength:"400"`
	Notice   string         `json:"notice,omitempty" maxLength:"64"`
	Topics   []string       `json:"topics,omitempty" maxItems:"50" uniqueItems:"true"`
	Number   string         `json:"number,omitempty" maxLength:"32" doc:"The WhatsApp number it leads to"`
	Settings SourceSettings `json:"settings,omitempty"`
}

// SourceSettings are what the business decided about a source.
type SourceSettings struct {
	PrivacyURL    string         `json:"privacy_url" required:"false" maxLength:"2000"`
	ImprintURL    string         `json:"imprint_url" required:"false" maxLength:"2000"`
	Languages     []string       `json:"languages" required:"false" maxItems:"20"`
	DefaultRegion string         `json:"default_region" required:"false" maxLength:"2"`
	OneBox        bool           `json:"one_box" required:"false"`
	Question      bool           `json:"question" required:"false" doc:"May also confirm by the one neutral question"`
	AcceptSigned  bool           `json:"accept_signed" required:"false"`
	Thread        *source.Thread `json:"thread,omitempty" required:"false" doc:"Of a thread source"`
	MinimumAge    int64          `json:"minimum_age" required:"false" minimum:"0" maximum:"150"`
	NetworkHourly int64          `json:"network_hourly" required:"false" minimum:"0" maximum:"1000000"`
	AddressDaily  int64          `json:"address_daily" required:"false" minimum:"0" maximum:"1000000"`
	Carrier       string         `json:"carrier" required:"false" maxLength:"64" doc:"The SMS connection: for an SMS source the number people text to, for others the one that asks by SMS"`
	Code          bool           `json:"code" required:"false" doc:"Web: the page offers a code by that connection, in place of a question"`
	Words         []string       `json:"words" required:"false" maxItems:"10" doc:"Of an SMS source: what people text"`
	Voice         *source.Voice  `json:"voice,omitempty" required:"false" doc:"Of telephone sources"`
	Origins       []string       `json:"origins,omitempty" required:"false" maxItems:"20" doc:"Sites of the business whose pages may hold the form, such as https://shop.example"`

	Headlines map[string]string `json:"headlines,omitempty" required:"false" doc:"Of the page, by language; none = ours"`
	Intros    map[string]string `json:"intros,omitempty" required:"false" doc:"The lines below it, by language"`
	Picture   string            `json:"picture,omitempty" required:"false" maxLength:"100" doc:"Put there in the manager"`
}

// PauseInput says why, for staff.
type PauseInput struct {
	Why string `json:"why" minLength:"1" maxLength:"500"`
}

// SourcePath is the part of a path that names one.
type SourcePath struct {
	ID string `path:"id" doc:"src_…"`
}

func (s *server) sources() {
	route(s, op{method: "GET", path: "/v1/sources", id: "listSources", summary: "Sources, newest first", scope: account.ScopeSetup}, s.listSources)
	route(s, op{method: "POST", path: "/v1/sources", id: "createSource", summary: "Add a source as a draft", scope: account.ScopeSetup, status: http.StatusCreated}, s.createSource)
	route(s, op{method: "GET", path: "/v1/sources/{id}", id: "getSource", summary: "One source", scope: account.ScopeSetup}, s.getSource)
	route(s, op{method: "PUT", path: "/v1/sources/{id}", id: "changeSource", summary: "Change a source; of a live one only the name", scope: account.ScopeSetup}, s.changeSource)
	route(s, op{method: "POST", path: "/v1/sources/{id}/live", id: "openSource", summary: "Go live, resume, or take over a newer wording", scope: account.ScopeSetup}, s.openSource)
	route(s, op{method: "POST", path: "/v1/sources/{id}/pause", id: "pauseSource", summary: "Take no opt-ins for now", scope: account.ScopeSetup}, s.pauseSource)
	route(s, op{method: "POST", path: "/v1/sources/{id}/archive", id: "archiveSource", summary: "Put a draft or a paused source out of the way; what was agreed to there stands", scope: account.ScopeSetup}, s.archiveSource)
	route(s, op{method: "POST", path: "/v1/sources/{id}/restore", id: "restoreSource", summary: "Bring a source back from the archive, paused", scope: account.ScopeSetup}, s.restoreSource)
	route(s, op{method: "POST", path: "/v1/sources/{id}/token", id: "newSourceToken", summary: "Give the source another token; the old one ends", scope: account.ScopeSetup}, s.newSourceToken)
}

func wireSource(x source.Source) Source {
	return Source{ID: x.ID, Kind: x.Kind, Name: x.Name, State: string(x.State), Notice: x.Notice, NoticeVersion: x.NoticeVersion, Topics: filled(x.Topics),
		Number: x.Number, Settings: wireSettings(x.Settings), PausedWhy: x.PausedWhy, CreatedAt: moment(x.CreatedAt)}
}

func wireSettings(x source.Settings) SourceSettings {
	x.Languages = filled(x.Languages)
	return SourceSettings(x)
}

func (s *server) listSources(ctx context.Context, c *call, in *struct{ Paging }) (out page[Source], err error) {
	var all []Source
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := source.List(ctx, tx, c.tenant())
		for _, x := range list {
			all = append(all, wireSource(x))
		}
		return err
	})
	if err != nil {
		return out, err
	}
	return cut(c, in.Paging, all, func(x Source) string { return x.ID })
}

func readSource(ctx context.Context, tx *db.Tx, c *call, asked string) (source.Source, error) {
	if !id.Is("src", asked) {
		return source.Source{}, errs.New(errs.NotFound, "source.unknown")
	}
	return source.Get(ctx, tx, c.tenant(), asked)
}

// checked is the source as given, after everything it names was found with this business.
func (b *SourceInput) checked(ctx context.Context, tx *db.Tx, c *call) (source.Source, error) {
	x := source.Source{Kind: b.Kind, Name: b.Name, Notice: b.Notice, Topics: b.Topics, Number: b.Number, Settings: source.Settings(b.Settings)}
	if b.Notice != "" {
		if _, err := notice.Get(ctx, tx, c.tenant(), b.Notice); err != nil {
			return x, named(err, "notice")
		}
	}
	if b.Number != "" {
		if _, err := account.NumberOf(ctx, tx, c.tenant(), b.Number); err != nil {
			return x, named(err, "number")
		}
	}
	if b.Settings.Carrier != "" {
		if _, err := carrier.Get(ctx, tx, c.tenant(), b.Settings.Carrier); err != nil {
			return x, named(err, "settings.carrier")
		}
	}
	if v := b.Settings.Voice; v != nil && v.Line != "" {
		if _, err := account.LineOf(ctx, tx, c.tenant(), v.Line); errs.CodeOf(err) == errs.NotFound {
			return x, errs.At("settings.voice.line", "source.voice.line")
		} else if err != nil {
			return x, err
		}
	}
	_, err := topic.CheckCodes(ctx, tx, c.tenant(), b.Topics)
	return x, err
}

func (s *server) createSource(ctx context.Context, c *call, in *struct{ Body SourceInput }) (Source, error) {
	return change(ctx, s, c, http.StatusCreated, func(ctx context.Context, tx *db.Tx) (Source, error) {
		x, err := in.Body.checked(ctx, tx, c)
		if err != nil {
			return Source{}, err
		}
		at, err := tx.Now(ctx)
		if err != nil {
			return Source{}, err
		}
		x, token, err := source.New(ctx, tx, c.tenant(), x, at)
		if err != nil {
			return Source{}, err
		}
		out := wireSource(x)
		out.Token = token
		return out, c.record(ctx, tx, "source.created", x.ID)
	})
}

func (s *server) getSource(ctx context.Context, c *call, in *SourcePath) (out Source, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		x, err := readSource(ctx, tx, c, in.ID)
		if err != nil {
			return err
		}
		out = wireSource(x)
		out.Links, err = intake.ThreadLinks(ctx, tx, x)
		return err
	})
	return out, err
}

// withSource does one thing to a source and writes the audit line.
func (s *server) withSource(ctx context.Context, c *call, asked, action string, f func(ctx context.Context, tx *db.Tx, x source.Source) (Source, error)) (Source, error) {
	return change(ctx, s, c, http.StatusOK, func(ctx context.Context, tx *db.Tx) (Source, error) {
		x, err := readSource(ctx, tx, c, asked)
		if err != nil {
			return Source{}, err
		}
		out, err := f(ctx, tx, x)
		if err != nil {
			return Source{}, err
		}
		return out, c.record(ctx, tx, action, asked)
	})
}

func (s *server) changeSource(ctx context.Context, c *call, in *struct {
	SourcePath
	Body SourceInput
}) (Source, error) {
	return s.withSource(ctx, c, in.ID, "source.changed", func(ctx context.Context, tx *db.Tx, _ source.Source) (Source, error) {
		x, err := in.Body.checked(ctx, tx, c)
		if err != nil {
			return Source{}, err
		}
		x.ID = in.ID
		x, err = source.Change(ctx, tx, c.tenant(), x)
		return wireSource(x), err
	})
}

func (s *server) openSource(ctx context.Context, c *call, in *SourcePath) (Source, error) {
	return s.withSource(ctx, c, in.ID, "source.live", func(ctx context.Context, tx *db.Tx, x source.Source) (Source, error) {
		open := source.GoLive
		if x.State == source.StatePaused {
			open = source.Resume
		}
		x, err := open(ctx, tx, c.tenant(), in.ID, s.judge)
		return wireSource(x), err
	})
}

// judge: without one nothing passes, because nobody read the wording.
func (s *server) judge(j source.Judged) []string {
	if s.Judge == nil {
		return []string{"JUDGE"}
	}
	return s.Judge(j)
}

func (s *server) pauseSource(ctx context.Context, c *call, in *struct {
	SourcePath
	Body PauseInput
}) (Source, error) {
	return s.withSource(ctx, c, in.ID, "source.paused", func(ctx context.Context, tx *db.Tx, _ source.Source) (Source, error) {
		x, err := source.Pause(ctx, tx, c.tenant(), in.ID, in.Body.Why)
		return wireSource(x), err
	})
}

func (s *server) archiveSource(ctx context.Context, c *call, in *SourcePath) (Source, error) {
	return s.withSource(ctx, c, in.ID, "source.archived", func(ctx context.Context, tx *db.Tx, _ source.Source) (Source, error) {
		x, err := source.Archive(ctx, tx, c.tenant(), in.ID)
		return wireSource(x), err
	})
}

func (s *server) restoreSource(ctx context.Context, c *call, in *SourcePath) (Source, error) {
	return s.withSource(ctx, c, in.ID, "source.restored", func(ctx context.Context, tx *db.Tx, _ source.Source) (Source, error) {
		x, err := source.Restore(ctx, tx, c.tenant(), in.ID)
		return wireSource(x), err
	})
}

func (s *server) newSourceToken(ctx context.Context, c *call, in *SourcePath) (Source, error) {
	return s.withSource(ctx, c, in.ID, "source.token", func(ctx context.Context, tx *db.Tx, x source.Source) (Source, error) {
		token, err := source.NewToken(ctx, tx, c.tenant(), in.ID)
		out := wireSource(x)
		out.Token = token
		return out, err
	})
}
