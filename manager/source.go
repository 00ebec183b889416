package manager

import (
	"context"
	"net/http"

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

// sourceData is what the pages of one source show.
type sourceData struct {
	source   source.Source
	figures  figures
	versions []notice.Version // every version in every language, newest first
	topics   []topic.Topic    // the tenant's, in use
	numbers  []account.Number
	links    map[string]string // of a thread source, by language
	carrier  *carrier.Carrier  // of an SMS source; nil = not chosen, or no SMS source
	watch    source.Watch      // of its first days
	why      string
	problem  string
}

// draft is the version that waits, in all its languages; nil = none.
func (d sourceData) draft() []notice.Version {
	if len(d.versions) == 0 || d.versions[0].PublishedAt != 0 {
		return nil
	}
	return ofVersion(d.versions, d.versions[0].Version)
}

// shown is the version in force at the source, in all its languages; nil = never live.
func (d sourceData) shown() []notice.Version { return ofVersion(d.versions, d.source.NoticeVersion) }

// latest is the newest published version; nil = none.
func (d sourceData) latest() []notice.Version {
	for _, v := range d.versions {
		if v.PublishedAt != 0 {
			return ofVersion(d.versions, v.Version)
		}
	}
	return nil
}

func ofVersion(all []notice.Version, version int64) []notice.Version {
	var out []notice.Version
	for _, v := range all {
		if v.Version == version && version > 0 {
			out = append(out, v)
		}
	}
	return out
}

// number is the WhatsApp number it leads to; the zero Number when none was chosen.
func (d sourceData) number() account.Number {
	for _, n := range d.numbers {
		if n.ID == d.source.Number {
			return n
		}
	}
	return account.Number{}
}

// theSource reads the source of the path with all that belongs to it.
func (v *visit) theSource(ctx context.Context, tx *db.Tx) (d sourceData, err error) {
	asked := v.r.PathValue("source")
	if !id.Is("src", asked) {
		return d, errs.New(errs.NotFound, "source.unknown")
	}
	if d.source, err = source.Get(ctx, tx, v.tenant.ID, asked); err != nil {
		return d, err
	}
	if d.source.Notice != "" {
		if d.versions, err = notice.Versions(ctx, tx, v.tenant.ID, d.source.Notice); err != nil {
			return d, err
		}
	}
	if d.topics, err = topic.List(ctx, tx, v.tenant.ID, false); err != nil {
		return d, err
	}
	if d.numbers, err = account.Numbers(ctx, tx, v.tenant.ID); err != nil {
		return d, err
	}
	if d.watch, err = source.WatchOf(ctx, tx, v.tenant.ID, asked); err != nil {
		return d, err
	}
	d.links, err = intake.ThreadLinks(ctx, tx, d.source)
	return d, err
}

func showSource(v *visit) error { return v.showSource(http.StatusOK, "", "") }

func (v *visit) showSource(status int, why, problem string) error {
	var d sourceData
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d, err = v.theSource(ctx, tx); err != nil {
			return err
		}
		if d.source.Settings.Carrier != "" {
			if c, err := carrier.Get(ctx, tx, v.tenant.ID, d.source.Settings.Carrier); err == nil {
				d.carrier = &c
			}
		}
		of, err := v.figures(ctx, tx, []source.Source{d.source})
		d.figures = of[d.source.ID]
		return err
	})
	if err != nil {
		return err
	}
	d.why, d.problem = why, problem
	return v.show(status, sourceView(v, d))
}

// pauseSource stops a source in one step; the reason is for the team.
func pauseSource(v *visit) error {
	why, err := v.why()
	if err == nil {
		err = v.onSource("source.paused", func(ctx context.Context, tx *db.Tx, s source.Source) error {
			_, err := source.Pause(ctx, tx, v.tenant.ID, s.ID, why)
			return err
		})
	}
	if code := errs.CodeOf(err); code == errs.Invalid || code == errs.Conflict {
		return v.showSource(statuses[code], why, v.sentence(err))
	}
	if err != nil {
		return err
	}
	return v.doneSource("", "manager.sources.pause.done")
}

// resumeSource opens a paused source again; its wording is judged anew.
func resumeSource(v *visit) error {
	err := v.onSource("source.live", func(ctx context.Context, tx *db.Tx, s source.Source) error {
		_, err := source.Resume(ctx, tx, v.tenant.ID, s.ID, v.judge)
		return err
	})
	if code := errs.CodeOf(err); code == errs.Invalid || code == errs.Conflict || code == errs.Unprocessable {
		return v.showSource(statuses[code], "", v.sentence(err))
	}
	if err != nil {
		return err
	}
	return v.doneSource("", "manager.sources.resume.done")
}

// archiveSource puts a source that takes no opt-ins out of the way.
func archiveSource(v *visit) error {
	return v.moveSource("source.archived", "manager.sources.archive.done", source.Archive)
}

// restoreSource brings it back, paused.
func restoreSource(v *visit) error {
	return v.moveSource("source.restored", "manager.sources.restore.done", source.Restore)
}

func (v *visit) moveSource(action, done string, move func(context.Context, *db.Tx, string, string) (source.Source, error)) error {
	err := v.onSource(action, func(ctx context.Context, tx *db.Tx, s source.Source) error {
		_, err := move(ctx, tx, v.tenant.ID, s.ID)
		return err
	})
	if code := errs.CodeOf(err); code == errs.Conflict {
		return v.showSource(statuses[code], "", v.sentence(err))
	}
	if err != nil {
		return err
	}
	return v.doneSource("", done)
}

// onSource does one thing to the source of the path and writes the audit line.
func (v *visit) onSource(action string, do func(ctx context.Context, tx *db.Tx, s source.Source) error) error {
	return v.write(func(ctx context.Context, tx *db.Tx) error {
		d, err := v.theSource(ctx, tx)
		if err != nil {
			return err
		}
		if err := do(ctx, tx, d.source); err != nil {
			return err
		}
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: action, Object: d.source.ID})
	})
}

// judge: without one nothing passes, because nobody read the wording.
func (v *visit) judge(j source.Judged) []string {
	if v.s.Judge == nil {
		return []string{"JUDGE"}
	}
	return v.s.Judge(v.tenant.Name, v.tenant.Country, j)
}

func sourcePath(id, page string) string {
	if page == "" {
		return "/sources/" + id
	}
	return "/sources/" + id + "/" + page
}

// doneSource leads to a page of the source, which says what was done.
func (v *visit) doneSource(page, key string) error {
	return v.done(sourcePath(v.r.PathValue("source"), page), v.say(key))
}
