package api

import (
	"context"
	"regexp"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/topic"
)

// KnownTemplate is one of Meta's templates in one language, with the topic it belongs to.
type KnownTemplate struct {
	WABA       string     `json:"waba"`
	Name       string     `json:"name"`
	Language   string     `json:"language"`
	Category   string     `json:"category" doc:"Meta's current one"`
	Status     string     `json:"status" doc:"Meta's own word"`
	Quality    string     `json:"quality"`
	Topic      *string    `json:"topic" doc:"null = not assigned; such a template is refused"`
	Components any        `json:"components,omitempty"`
	UpdatedAt  *time.Time `json:"updated_at"`
}

// AssignInput gives a template its topic.
type AssignInput struct {
	Topic *string `json:"topic" maxLength:"48" doc:"Code; null takes the topic away"`
}

// Assigned is the template in all its languages.
type Assigned struct {
	Data []KnownTemplate `json:"data"`
}

// TemplatePath is the part of a path that names one.
type TemplatePath struct {
	WABA string `path:"waba"`
	Name string `path:"name"`
}

var (
	digits       = regexp.MustCompile(`^[0-9]{1,32}$`)
	templateName = regexp.MustCompile(`^[a-zA-Z0-9_]{1,512}$`)
)

func (s *server) templates() {
	route(s, op{method: "GET", path: "/v1/templates", id: "listTemplates", summary: "Meta's templates and their topics", scope: account.ScopeSetup}, s.listTemplates)
	route(s, op{method: "PUT", path: "/v1/templates/{waba}/{name}/topic", id: "assignTemplate", summary: "Give a template its topic, in all its languages",
		scope: account.ScopeSetup}, s.assignTemplate)
}

func wireTemplate(t topic.Template) KnownTemplate {
	out := KnownTemplate{WABA: t.WABA, Name: t.Name, Language: t.Language, Category: t.Category, Status: t.Status, Quality: t.Quality,
		UpdatedAt: moment(t.UpdatedAt)}
	if t.Topic != "" {
		out.Topic = &t.Topic
	}
	if len(t.Components) > 0 {
		out.Components = t.Components
	}
	return out
}

func (s *server) listTemplates(ctx context.Context, c *call, in *struct {
	Paging
	WABA string `query:"waba" maxLength:"32" doc:"Only of this WhatsApp Business Account"`
}) (out page[KnownTemplate], err error) {
	var all []KnownTemplate
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := topic.Templates(ctx, tx, c.tenant(), in.WABA)
		for _, t := range list {
			all = append(all, wireTemplate(t))
		}
		return err
	})
	if err != nil {
		return out, err
	}
	return cut(c, in.Paging, all, func(t KnownTemplate) string { return t.WABA + "/" + t.Name + "/" + t.Language })
}

func (s *server) assignTemplate(ctx context.Context, c *call, in *struct {
	TemplatePath
	Body AssignInput
}) (out Assigned, err error) {
	unknown := errs.New(errs.NotFound, "topic.template_unknown")
	if !digits.MatchString(in.WABA) || !templateName.MatchString(in.Name) {
		return out, unknown
	}
	code := ""
	if in.Body.Topic != nil {
		code = *in.Body.Topic
	}
	return change(ctx, s, c, 200, func(ctx context.Context, tx *db.Tx) (Assigned, error) {
		if code != "" {
			if _, err := topic.Get(ctx, tx, c.tenant(), code); err != nil {
				return Assigned{}, named(err, "topic")
			}
		}
		if err := topic.Assign(ctx, tx, c.tenant(), in.WABA, in.Name, code); err != nil {
			if errs.CodeOf(err) == errs.Unprocessable {
				err = named(err, "topic")
			}
			return Assigned{}, err
		}
		if err := account.Record(ctx, tx, c.tenant(), account.Entry{Actor: c.key.ID, Action: "template.assigned", Object: in.Name,
			Detail: map[string]string{"topic": code}}); err != nil {
			return Assigned{}, err
		}
		list, err := topic.Templates(ctx, tx, c.tenant(), in.WABA)
		now := Assigned{Data: []KnownTemplate{}}
		for _, t := range list {
			if t.Name == in.Name {
				now.Data = append(now.Data, wireTemplate(t))
			}
		}
		return now, err
	})
}
