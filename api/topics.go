package api

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/topic"
)

// Topic is a category of messages a person can say yes or no to.
type Topic struct {
	Code      string          `json:"code"`
	Class     string          `json:"class" enum:"marketing,utility,authentication"`
	Default   bool            `json:"default"`
	Texts     map[string]Text `json:"texts"`
	Position  int64           `json:"position"`
	CreatedAt *time.Time      `json:"created_at"`
	RetiredAt *time.Time      `json:"retired_at"`
}

// Text is what people read about a topic in one language.
type Text struct {
	Name  string `json:"name"`
	Value string `json:"value" doc:"One line: what you get"`
}

// TopicWords is what can change about a topic.
type TopicWords struct {
	Texts    map[string]Text `json:"texts" doc:"By language"`
	Position int64           `json:"position,omitempty" minimum:"0" maximum:"100000"`
	Default  bool            `json:"default,omitempty" doc:"For messages of its class that name no topic; never for marketing"`
}

// TopicInput is a new topic. Code and class never change.
type TopicInput struct {
	Code  string `json:"code" maxLength:"48"`
	Class string `json:"class" enum:"marketing,utility,authentication"`
	TopicWords
}

// TopicPath is the part of a path that names one.
type TopicPath struct {
	Code string `path:"code"`
}

var codeShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

func (s *server) topics() {
	route(s, op{method: "GET", path: "/v1/topics", id: "listTopics", summary: "Topics in their order", scope: account.ScopeSetup}, s.listTopics)
	route(s, op{method: "POST", path: "/v1/topics", id: "createTopic", summary: "Add a topic", scope: account.ScopeSetup, status: http.StatusCreated}, s.createTopic)
	route(s, op{method: "GET", path: "/v1/topics/{code}", id: "getTopic", summary: "One topic", scope: account.ScopeSetup}, s.getTopic)
	route(s, op{method: "PUT", path: "/v1/topics/{code}", id: "changeTopic", summary: "Change a topic's words, place and default", scope: account.ScopeSetup}, s.changeTopic)
	route(s, op{method: "DELETE", path: "/v1/topics/{code}", id: "retireTopic", summary: "Take a topic out of use", scope: account.ScopeSetup}, s.retireTopic)
	route(s, op{method: "POST", path: "/v1/topics/{code}/revive", id: "reviveTopic", summary: "Bring a retired topic back", scope: account.ScopeSetup}, s.reviveTopic)
}

func wireTopic(t topic.Topic) Topic {
	out := Topic{Code: t.Code, Class: string(t.Class), Default: t.Default, Texts: map[string]Text{}, Position: t.Position,
		CreatedAt: moment(t.CreatedAt), RetiredAt: moment(t.RetiredAt)}
	for lang, x := range t.Texts {
		out.Texts[lang] = Text(x)
	}
	return out
}

func (w TopicWords) onto(t topic.Topic) topic.Topic {
	t.Texts, t.Position, t.Default = map[string]topic.Text{}, w.Position, w.Default
	for lang, x := range w.Texts {
		t.Texts[lang] = topic.Text(x)
	}
	return t
}

func (s *server) listTopics(ctx context.Context, c *call, in *struct {
	Paging
	Retired bool `query:"retired" doc:"Retired ones too"`
}) (out page[Topic], err error) {
	var all []topic.Topic
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = topic.List(ctx, tx, c.tenant(), in.Retired)
		return err
	})
	if err != nil {
		return out, err
	}
	wire := make([]Topic, len(all))
	for i := range all {
		wire[i] = wireTopic(all[i])
	}
	return cut(c, in.Paging, wire, func(t Topic) string { return t.Code })
}

func (s *server) createTopic(ctx context.Context, c *call, in *struct{ Body TopicInput }) (Topic, error) {
	t := in.Body.onto(topic.Topic{Code: in.Body.Code, Class: topic.Class(in.Body.Class)})
	return change(ctx, s, c, http.StatusCreated, func(ctx context.Context, tx *db.Tx) (Topic, error) {
		if _, err := topic.Get(ctx, tx, c.tenant(), t.Code); err == nil {
			return Topic{}, errs.New(errs.Conflict, "api.topic_exists")
		} else if errs.CodeOf(err) != errs.NotFound {
			return Topic{}, err
		}
		return s.putTopic(ctx, tx, c, t, "topic.created")
	})
}

func (s *server) changeTopic(ctx context.Context, c *call, in *struct {
	TopicPath
	Body TopicWords
}) (Topic, error) {
	return change(ctx, s, c, http.StatusOK, func(ctx context.Context, tx *db.Tx) (Topic, error) {
		t, err := readTopic(ctx, tx, c, in.Code)
		if err != nil {
			return Topic{}, err
		}
		return s.putTopic(ctx, tx, c, in.Body.onto(t), "topic.changed")
	})
}

func (s *server) putTopic(ctx context.Context, tx *db.Tx, c *call, t topic.Topic, action string) (Topic, error) {
	at, err := tx.Now(ctx)
	if err != nil {
		return Topic{}, err
	}
	if err := topic.Put(ctx, tx, c.tenant(), t, at); err != nil {
		return Topic{}, err
	}
	return recorded(ctx, tx, c, t.Code, action)
}

// recorded writes the audit line of a change to a topic and reads what it led to.
func recorded(ctx context.Context, tx *db.Tx, c *call, code, action string) (Topic, error) {
	t, err := topic.Get(ctx, tx, c.tenant(), code)
	if err != nil {
		return Topic{}, err
	}
	return wireTopic(t), c.record(ctx, tx, action, code)
}

// record writes who did it: the key.
func (c *call) record(ctx context.Context, tx *db.Tx, action, object string) error {
	return account.Record(ctx, tx, c.tenant(), account.Entry{Actor: c.key.ID, Action: action, Object: object})
}

func readTopic(ctx context.Context, tx *db.Tx, c *call, code string) (topic.Topic, error) {
	if !codeShape.MatchString(code) {
		return topic.Topic{}, errs.New(errs.NotFound, "topic.unknown")
	}
	return topic.Get(ctx, tx, c.tenant(), code)
}

func (s *server) getTopic(ctx context.Context, c *call, in *TopicPath) (out Topic, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := readTopic(ctx, tx, c, in.Code)
		out = wireTopic(t)
		return err
	})
	return out, err
}

func (s *server) retireTopic(ctx context.Context, c *call, in *TopicPath) (Topic, error) {
	return change(ctx, s, c, http.StatusOK, func(ctx context.Context, tx *db.Tx) (Topic, error) {
		t, err := readTopic(ctx, tx, c, in.Code)
		if err != nil || t.RetiredAt != 0 { // retired once is retired
			return wireTopic(t), err
		}
		at, err := tx.Now(ctx)
		if err != nil {
			return Topic{}, err
		}
		if err := topic.Retire(ctx, tx, c.tenant(), t.Code, at); err != nil {
			return Topic{}, err
		}
		return recorded(ctx, tx, c, t.Code, "topic.retired")
	})
}

func (s *server) reviveTopic(ctx context.Context, c *call, in *TopicPath) (Topic, error) {
	return change(ctx, s, c, http.StatusOK, func(ctx context.Context, tx *db.Tx) (Topic, error) {
		t, err := readTopic(ctx, tx, c, in.Code)
		if err != nil {
			return Topic{}, err
		}
		if err := topic.Revive(ctx, tx, c.tenant(), t.Code); err != nil {
			return Topic{}, err
		}
		return recorded(ctx, tx, c, t.Code, "topic.revived")
	})
}
