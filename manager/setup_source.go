package manager

import (
	"context"
	"net/http"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/notice"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
)

// firstTopics are what a first source can ask for. Its words are ours, judged as everybody's; they can be changed later.
var firstTopics = []struct {
	code  string
	class topic.Class
	cap   int64
}{{"offers", topic.Marketing, 4}, {"order_updates", topic.Utility, 0}}

// sourceThere is a source that is live, with its link.
type sourceThere struct{ id, name, link string }

func setupSource(v *visit) error {
	there, number, err := v.firstSource()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, setupSourceView(v, there, number, filled("topic", "offers", "source", v.say("manager.setup.source.website"))))
}

func (v *visit) firstSource() (there sourceThere, number string, err error) {
	err = v.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := account.Numbers(ctx, tx, v.tenant.ID)
		if err != nil {
			return err
		}
		if len(all) > 0 {
			number = all[len(all)-1].ID
		}
		rows, err := tx.Query(ctx, `select source, name from source where tenant = $1 and state = 'live' order by source limit 1`, v.tenant.ID)
		list, err := db.All(rows, err, func(r *db.Rows, s *sourceThere) error { return r.Scan(&s.id, &s.name) })
		if len(list) > 0 {
			there = list[0]
			there.link = v.base() + "/o/" + there.id
		}
		return err
	})
	return there, number, err
}

// setupSaveSource makes topic, wording and source, and goes live if the words pass.
func setupSaveSource(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	there, number, err := v.firstSource()
	if err != nil {
		return err
	}
	if there.id == "" {
		err = v.write(func(ctx context.Context, tx *db.Tx) error { return v.makeSource(ctx, tx, f, number) })
		if err := f.took(v, err, map[string]string{"settings.privacy_url": "privacy", "settings.imprint_url": "imprint", "name": "source", "number": ""}); err != nil {
			return err
		}
		if len(f.wrong) > 0 {
			return v.show(http.StatusBadRequest, setupSourceView(v, there, number, f))
		}
	}
	return v.to("/setup/source")
}

func (v *visit) makeSource(ctx context.Context, tx *db.Tx, f typed, number string) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	for i, t := range firstTopics {
		if t.code != f.get("topic") {
			continue
		}
		made := topic.Topic{Code: t.code, Class: t.class, Default: t.class != topic.Marketing, Position: int64(i + 1), Texts: map[string]topic.Text{}}
		bodies := map[string]string{}
		for _, lang := range say.Languages {
			made.Texts[lang] = topic.Text{Name: say.Text(lang, "manager.setup.topic."+t.code), Value: say.Text(lang, "manager.setup.topic."+t.code+".value")}
			bodies[lang] = say.Text(lang, "manager.setup.wording."+t.code, say.Args{"Business": v.tenant.Name})
		}
		if err := topic.Put(ctx, tx, v.tenant.ID, made, now); err != nil {
			return err
		}
		n, err := notice.New(ctx, tx, v.tenant.ID, f.get("source"), now)
		if err != nil {
			return err
		}
		version, err := notice.Edit(ctx, tx, v.tenant.ID, n.ID, notice.Wording{Kind: "web", Topics: []string{t.code}, CapMonth: t.cap, Bodies: bodies}, now)
		if err != nil {
			return err
		}
		if err := notice.Publish(ctx, tx, v.tenant.ID, n.ID, version, now); err != nil {
			return err
		}
		s, _, err := source.New(ctx, tx, v.tenant.ID, source.Source{Kind: "web", Name: f.get("source"), Notice: n.ID, Topics: []string{t.code}, Number: number,
			Settings: source.Settings{PrivacyURL: f.get("privacy"), ImprintURL: f.get("imprint"), Languages: say.Languages, DefaultRegion: v.tenant.Country}}, now)
		if err != nil {
			return err
		}
		_, err = source.GoLive(ctx, tx, v.tenant.ID, s.ID, func(j source.Judged) []string { return v.s.Judge(v.tenant.Name, v.tenant.Country, j) })
		return err
	}
	return errs.At("topic", "error.invalid")
}

func setupProgram(v *visit) error {
	return v.show(http.StatusOK, setupProgramView(v, filled("program", v.say("manager.setup.program.shop")), ""))
}

// setupSaveProgram makes a program that is only observed; its token is shown in this answer and nowhere else.
func setupSaveProgram(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	var token string
	err = v.write(func(ctx context.Context, tx *db.Tx) (err error) {
		_, token, err = account.CreateProgram(ctx, tx, v.tenant.ID, account.Program{Name: f.get("program"), Mode: account.Observe,
			Scopes: []string{"send", "media", "read", "templates"}}, v.staff.ID)
		return err
	})
	if err := f.took(v, err, map[string]string{"name": "program"}); err != nil {
		return err
	}
	if len(f.wrong) > 0 {
		return v.show(http.StatusBadRequest, setupProgramView(v, f, ""))
	}
	return v.show(http.StatusOK, setupProgramView(v, f, token))
}
