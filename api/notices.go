package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/notice"
	"jawort/topic"
)

// Notice is a wording with all its versions.
type Notice struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	CreatedAt *time.Time `json:"created_at"`
	Versions  []Version  `json:"versions" doc:"Newest first"`
}

// NoticeHead is a notice in a list.
type NoticeHead struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	CreatedAt *time.Time `json:"created_at"`
}

// Version is one version in one language.
type Version struct {
	Version     int64      `json:"version"`
	Language    string     `json:"language"`
	State       string     `json:"state" enum:"draft,published"`
	Kind        string     `json:"kind"`
	Body        string     `json:"body"`
	Hash        string     `json:"hash" doc:"sha256 of body"`
	Topics      []string   `json:"topics"`
	CapMonth    int64      `json:"cap_month"`
	Outdates    bool       `json:"outdates"`
	CreatedAt   *time.Time `json:"created_at"`
	PublishedAt *time.Time `json:"published_at"`
}

// NoticeInput is a new wording.
type NoticeInput struct {
	Name string `json:"name" maxLength:"400"`
}

// DraftInput is what the next version shall say.
type DraftInput struct {
	Kind     string            `json:"kind" enum:"web,thread,sms,ivr,missed_call,paper"`
	Topics   []string          `json:"topics" minItems:"1" maxItems:"50" uniqueItems:"true" doc:"Codes it speaks of"`
	Bodies   map[string]string `json:"bodies" doc:"The exact words by language"`
	CapMonth int64             `json:"cap_month,omitempty" minimum:"0" maximum:"1000" doc:"Promised most messages a month; 0 = nothing promised"`
	Outdates bool              `json:"outdates,omitempty" doc:"Consents to older versions become outdated when this one is published: only a new consent allows messages again"`
}

// PublishInput names the draft, so that nobody publishes another one than they read.
type PublishInput struct {
	Version int64 `json:"version" minimum:"1"`
}

// NoticePath is the part of a path that names one.
type NoticePath struct {
	ID string `path:"id" doc:"ntc_…"`
}

func (s *server) notices() {
	route(s, op{method: "GET", path: "/v1/notices", id: "listNotices", summary: "Wordings, newest first", scope: account.ScopeSetup}, s.listNotices)
	route(s, op{method: "POST", path: "/v1/notices", id: "createNotice", summary: "Add a wording", scope: account.ScopeSetup, status: http.StatusCreated}, s.createNotice)
	route(s, op{method: "GET", path: "/v1/notices/{id}", id: "getNotice", summary: "A wording with all its versions", scope: account.ScopeSetup}, s.getNotice)
	route(s, op{method: "PUT", path: "/v1/notices/{id}/draft", id: "draftNotice", summary: "Write the draft of the next version", scope: account.ScopeSetup}, s.draftNotice)
	route(s, op{method: "POST", path: "/v1/notices/{id}/publish", id: "publishNotice", summary: "Publish the draft for good", scope: account.ScopeSetup}, s.publishNotice)
}

func (s *server) listNotices(ctx context.Context, c *call, in *struct{ Paging }) (out page[NoticeHead], err error) {
	var all []NoticeHead
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := notice.List(ctx, tx, c.tenant())
		for _, n := range list {
			all = append(all, NoticeHead{n.ID, n.Name, moment(n.CreatedAt)})
		}
		return err
	})
	if err != nil {
		return out, err
	}
	return cut(c, in.Paging, all, func(n NoticeHead) string { return n.ID })
}

func (s *server) createNotice(ctx context.Context, c *call, in *struct{ Body NoticeInput }) (Notice, error) {
	return change(ctx, s, c, http.StatusCreated, func(ctx context.Context, tx *db.Tx) (Notice, error) {
		at, err := tx.Now(ctx)
		if err != nil {
			return Notice{}, err
		}
		n, err := notice.New(ctx, tx, c.tenant(), in.Body.Name, at)
		if err != nil {
			return Notice{}, err
		}
		if err := c.record(ctx, tx, "notice.created", n.ID); err != nil {
			return Notice{}, err
		}
		return wholeNotice(ctx, tx, c, n.ID)
	})
}

// wholeNotice reads a notice with its versions.
func wholeNotice(ctx context.Context, tx *db.Tx, c *call, asked string) (Notice, error) {
	if !id.Is("ntc", asked) {
		return Notice{}, errs.New(errs.NotFound, "notice.unknown")
	}
	n, err := notice.Get(ctx, tx, c.tenant(), asked)
	if err != nil {
		return Notice{}, err
	}
	list, err := notice.Versions(ctx, tx, c.tenant(), asked)
	out := Notice{ID: n.ID, Name: n.Name, CreatedAt: moment(n.CreatedAt), Versions: make([]Version, len(list))}
	for i, v := range list {
		out.Versions[i] = Version{Version: v.Version, Language: v.Language, State: v.State(), Kind: v.Kind, Body: v.Body, Hash: v.Hash,
			Topics: filled(v.Topics), CapMonth: v.CapMonth, Outdates: v.Outdates, CreatedAt: moment(v.CreatedAt), PublishedAt: moment(v.PublishedAt)}
	}
	return out, err
}

func (s *server) getNotice(ctx context.Context, c *call, in *NoticePath) (out Notice, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = wholeNotice(ctx, tx, c, in.ID)
		return err
	})
	return out, err
}

func (s *server) draftNotice(ctx context.Context, c *call, in *struct {
	NoticePath
	Body DraftInput
}) (Notice, error) {
	b := &in.Body
	return change(ctx, s, c, http.StatusOK, func(ctx context.Context, tx *db.Tx) (Notice, error) {
		if _, err := wholeNotice(ctx, tx, c, in.ID); err != nil {
			return Notice{}, err
		}
		if _, err := topic.CheckCodes(ctx, tx, c.tenant(), b.Topics); err != nil {
			return Notice{}, err
		}
		at, err := tx.Now(ctx)
		if err != nil {
			return Notice{}, err
		}
		if _, err := notice.Edit(ctx, tx, c.tenant(), in.ID, notice.Wording{Kind: b.Kind, Topics: b.Topics, CapMonth: b.CapMonth,
			Outdates: b.Outdates, Bodies: b.Bodies}, at); err != nil {
			return Notice{}, err
		}
		if err := c.record(ctx, tx, "notice.drafted", in.ID); err != nil {
			return Notice{}, err
		}
		return wholeNotice(ctx, tx, c, in.ID)
	})
}

func (s *server) publishNotice(ctx context.Context, c *call, in *struct {
	NoticePath
	Body PublishInput
}) (Notice, error) {
	return change(ctx, s, c, http.StatusOK, func(ctx context.Context, tx *db.Tx) (Notice, error) {
		if _, err := wholeNotice(ctx, tx, c, in.ID); err != nil {
			return Notice{}, err
		}
		at, err := tx.Now(ctx)
		if err != nil {
			return Notice{}, err
		}
		if err := notice.Publish(ctx, tx, c.tenant(), in.ID, in.Body.Version, at); err != nil {
			return Notice{}, named(err, "version")
		}
		if err := account.Record(ctx, tx, c.tenant(), account.Entry{Actor: c.key.ID, Action: "notice.published", Object: in.ID,
			Detail: map[string]string{"version": strconv.FormatInt(in.Body.Version, 10)}}); err != nil {
			return Notice{}, err
		}
		return wholeNotice(ctx, tx, c, in.ID)
	})
}
