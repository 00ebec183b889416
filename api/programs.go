package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/topic"
)

// Program is another piece of software that sends through the gateway.
type Program struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Mode      string            `json:"mode" enum:"observe,warn,enforce"`
	Scopes    []string          `json:"scopes" doc:"Edges of Meta's API it may use: send media read templates profile admin"`
	Topics    map[string]string `json:"topics" doc:"Default topic of each class"`
	Numbers   []string          `json:"numbers" doc:"phone_number_ids it may use; empty = all"`
	Rate      int64             `json:"rate" doc:"Requests a minute; 0 = no limit of its own"`
	Human     bool              `json:"human_answers" doc:"People type here: what it sends freely in an open window counts as a person's answer to somebody who wrote"`
	CreatedAt *time.Time        `json:"created_at"`
	RevokedAt *time.Time        `json:"revoked_at"`
	OldToken  *time.Time        `json:"old_token_until" doc:"Until then the token before is good too"`
	Token     string            `json:"token,omitempty" doc:"For the gateway; told only when it is made"`
}

// ProgramInput is what a new program needs.
type ProgramInput struct {
	Name    string            `json:"name" minLength:"1" maxLength:"200"`
	Mode    string            `json:"mode" required:"false" enum:"observe,warn,enforce" default:"enforce"`
	Scopes  []string          `json:"scopes" required:"false" maxItems:"6" uniqueItems:"true" enum:"send,media,read,templates,profile,admin" doc:"None = send"`
	Topics  map[string]string `json:"topics" required:"false" doc:"Class → code of a topic of that class"`
	Numbers []string          `json:"numbers" required:"false" maxItems:"100" uniqueItems:"true" doc:"phone_number_ids; none = all"`
	Rate    int64             `json:"rate" required:"false" minimum:"0" maximum:"60000"`
	Human   bool              `json:"human_answers" required:"false" doc:"Only for a program in which people type, such as a support desk"`
}

// ProgramPath is the part of a path that names one.
type ProgramPath struct {
	ID string `path:"id" doc:"prg_…"`
}

func (s *server) programs() {
	route(s, op{method: "GET", path: "/v1/programs", id: "listPrograms", summary: "Programs that send through the gateway, valid ones first, newest first",
		scope: account.ScopeSetup}, s.listPrograms)
	route(s, op{method: "POST", path: "/v1/programs", id: "createProgram", summary: "Let a program send through the gateway", scope: account.ScopeSetup,
		status: http.StatusCreated}, s.createProgram)
	route(s, op{method: "GET", path: "/v1/programs/{id}", id: "getProgram", summary: "One program", scope: account.ScopeSetup}, s.getProgram)
	route(s, op{method: "POST", path: "/v1/programs/{id}/rotate", id: "rotateProgram", scope: account.ScopeSetup,
		summary: "Another token; the one before is good beside it for a day"}, s.rotateProgram)
	route(s, op{method: "POST", path: "/v1/programs/{id}/revoke", id: "revokeProgram", scope: account.ScopeSetup,
		summary: "End a program's tokens at once and for good"}, s.revokeProgram)
}

func wireProgram(p account.Program) Program {
	return Program{ID: p.ID, Name: p.Name, Mode: string(p.Mode), Scopes: filled(p.Scopes), Topics: p.Topics, Numbers: filled(p.Numbers), Rate: p.Rate,
		Human: p.HumanAnswers, CreatedAt: moment(p.CreatedAt), RevokedAt: moment(p.RevokedAt), OldToken: moment(p.OldUntil)}
}

func readProgram(ctx context.Context, tx *db.Tx, c *call, asked string) (Program, error) {
	if !id.Is("prg", asked) {
		return Program{}, notFound
	}
	p, err := account.ProgramOf(ctx, tx, c.tenant(), asked)
	return wireProgram(p), err
}

func (s *server) listPrograms(ctx context.Context, c *call, in *struct{ Paging }) (out page[Program], err error) {
	var all []Program
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := account.Programs(ctx, tx, c.tenant())
		for _, p := range list {
			all = append(all, wireProgram(p))
		}
		return err
	})
	if err != nil {
		return out, err
	}
	return cut(c, in.Paging, all, func(p Program) string { return p.ID })
}

func (s *server) getProgram(ctx context.Context, c *call, in *ProgramPath) (out Program, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = readProgram(ctx, tx, c, in.ID)
		return err
	})
	return out, err
}

func (s *server) createProgram(ctx context.Context, c *call, in *struct{ Body ProgramInput }) (Program, error) {
	b := &in.Body
	p := account.Program{Name: b.Name, Mode: account.Mode(b.Mode), Scopes: b.Scopes, Topics: b.Topics, Numbers: b.Numbers, Rate: b.Rate, HumanAnswers: b.Human}
	if p.Mode == "" {
		p.Mode = account.Enforce
	}
	if len(p.Scopes) == 0 {
		p.Scopes = []string{"send"}
	}
	return change(ctx, s, c, http.StatusCreated, func(ctx context.Context, tx *db.Tx) (Program, error) {
		if err := c.fits(ctx, tx, &p); err != nil {
			return Program{}, err
		}
		made, token, err := account.CreateProgram(ctx, tx, c.tenant(), p, c.key.ID)
		out := wireProgram(made)
		out.Token = token
		return out, err
	})
}

// fits refuses numbers of others, and default topics that are not in use or not of their class.
func (c *call) fits(ctx context.Context, tx *db.Tx, p *account.Program) error {
	own, err := account.Numbers(ctx, tx, c.tenant())
	if err != nil {
		return err
	}
	for _, n := range p.Numbers {
		if !slices.ContainsFunc(own, func(o account.Number) bool { return o.ID == n }) {
			return c.at("numbers", "account.number.id")
		}
	}
	for class, code := range p.Topics {
		t, err := topic.Get(ctx, tx, c.tenant(), code)
		if errs.CodeOf(err) == errs.NotFound || err == nil && (t.RetiredAt != 0 || string(t.Class) != class) {
			return c.at("topics."+class, "topic.unknown")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *server) rotateProgram(ctx context.Context, c *call, in *ProgramPath) (Program, error) {
	return change(ctx, s, c, http.StatusOK, func(ctx context.Context, tx *db.Tx) (Program, error) {
		if _, err := readProgram(ctx, tx, c, in.ID); err != nil {
			return Program{}, err
		}
		token, err := account.RotateProgram(ctx, tx, c.tenant(), in.ID, c.key.ID)
		if err != nil {
			return Program{}, err
		}
		out, err := readProgram(ctx, tx, c, in.ID)
		out.Token = token
		return out, err
	})
}

// revokeProgram may be asked twice: what was ended is ended.
func (s *server) revokeProgram(ctx context.Context, c *call, in *ProgramPath) (Program, error) {
	return change(ctx, s, c, http.StatusOK, func(ctx context.Context, tx *db.Tx) (Program, error) {
		p, err := readProgram(ctx, tx, c, in.ID)
		if err != nil || p.RevokedAt != nil {
			return p, err
		}
		if err := account.RevokeProgram(ctx, tx, c.tenant(), in.ID, c.key.ID); err != nil {
			return Program{}, err
		}
		return readProgram(ctx, tx, c, in.ID)
	})
}
