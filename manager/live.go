package manager

// Live parts. An area marks a part of a page and names the kinds of things it shows:
//
//	<section id="last" data-live="decisions messages"> … </section>
//
// When one of these changes, the browser fetches the page anew and takes from it the part with that id; what the reader types
// or has opened is left alone until they are done. data-live-url="/decisions?part=list" names a leaner address for the same
// part (the answer must hold an element with the same id). Kinds are those of liveKinds; nothing else goes over the stream, so
// it never carries anything about a person. Without script a page stands still, as it always did.

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
)

var frameRoutes = []route{
	{"GET /live", account.MaySee, live},
	{"GET /keys", account.MaySee, keyList},
	{"GET /settings/release", account.MayTenant, releasePage},
	{"POST /settings/release", account.MayTenant, release},
}

// liveKinds are the kinds a part can name.
var liveKinds = []string{"decisions", "messages", "reviews", "people", "sources", "numbers", "imports", "rounds"}

// marks are a tenant's newest of each kind; what differs has changed. Each is one step into an index, or a small table.
func marks(ctx context.Context, tx *db.Tx, tenant string) (map[string]string, error) {
	var decision, message, raw, event, contact, review string
	var open int64
	if err := tx.Row(ctx, `
		select coalesce((select decision from decision where tenant = $1 order by decision desc limit 1), ''),
			coalesce((select message from message where tenant = $1 order by message desc limit 1), ''),
			coalesce((select raw from raw_webhook where tenant = $1 order by raw desc limit 1), ''),
			coalesce((select event from event where tenant = $1 order by event desc limit 1), ''),
			coalesce((select contact from contact where tenant = $1 order by contact desc limit 1), ''),
			coalesce((select review from review where tenant = $1 order by review desc limit 1), ''),
			(select count(*) from review where tenant = $1 and decided_at is null)`, tenant).
		Scan(&decision, &message, &raw, &event, &contact, &review, &open); err != nil {
		return nil, err
	}
	out := map[string]string{"decisions": decision, "messages": message + " " + raw, "people": event + " " + contact,
		"reviews": review + " " + strconv.FormatInt(open, 10)}
	for kind, text := range map[string]string{
		"rounds":  `select round || ' ' || state || ' ' || behind || ' ' || cast(counts as text) from round where tenant = $1 order by round desc limit 5`,
		"imports": `select import || ' ' || state || ' ' || phase || ' ' || cast(line as text) from import where tenant = $1 order by import desc limit 5`,
		"sources": `select source || ' ' || state || ' ' || cast(notice_version as text) || ' ' || name from source where tenant = $1 order by source`,
		"numbers": `
			select n.number || ' ' || n.status || ' ' || n.mode || ' ' || coalesce(b.state, '') || ' ' || cast(coalesce(p.send_limit, 0) as text)
				|| ' ' || cast(coalesce(t.held_since, 0) as text)
			from number n join tenant t on t.tenant = n.tenant
			left join brake b on b.tenant = n.tenant and b.number = n.number
			left join portfolio p on p.tenant = n.tenant and p.portfolio = n.portfolio
			where n.tenant = $1 order by n.number`,
	} {
		rows, err := tx.Query(ctx, text, tenant)
		lines, err := db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
		if err != nil {
			return nil, err
		}
		out[kind] = strings.Join(lines, "\n")
	}
	return out, nil
}

const (
	liveBeat = 15 * time.Second // a comment, so that proxies keep the line, and a look whether the session still holds
	liveSlow = 30 * time.Second // a reader who takes longer for one line is gone
)

// live is the stream of changes. It ends when the session or the server does, or when the session opens too many.
func live(v *visit) error {
	token := v.s.sessions.Token(v.r.Context())
	stream := v.s.hub.join(v.tenant.ID, token)
	if stream == nil {
		v.w.Header().Set("Retry-After", "60")
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	defer v.s.hub.leave(stream)
	out := http.NewResponseController(v.w)
	_ = out.SetReadDeadline(time.Time{}) // the server's is meant for requests that end
	v.w.Header().Set("Content-Type", "text/event-stream")
	v.w.Header().Set("X-Accel-Buffering", "no")
	if !tellNow(v.w, out, "retry: 3000\nevent: hello\ndata: \n\n") {
		return nil
	}
	beat := time.NewTicker(liveBeat)
	defer beat.Stop()
	for {
		line := ": \n\n"
		select {
		case <-v.r.Context().Done():
			return nil
		case <-v.s.Stopping:
			return nil
		case <-stream.end: // too many; the page comes back when somebody looks at it
			tellNow(v.w, out, "event: enough\ndata: \n\n")
			return nil
		case <-stream.news:
			line = "event: changed\ndata: " + strings.Join(stream.take(), " ") + "\n\n"
		case <-beat.C:
		}
		if !v.stillIn(token) || !tellNow(v.w, out, line) {
			return nil
		}
	}
}

// tellNow sends one line at once.
func tellNow(w http.ResponseWriter, out *http.ResponseController, line string) bool {
	_ = out.SetWriteDeadline(time.Now().Add(liveSlow)) // not every writer can
	if _, err := w.Write([]byte(line)); err != nil {
		return false
	}
	return out.Flush() == nil
}

// stillIn asks anew whether the session counts. Where that cannot be asked, the stream ends; the browser comes back.
func (v *visit) stillIn(token string) bool {
	err := v.read(func(ctx context.Context, tx *db.Tx) error {
		_, found, err := account.FindSession(ctx, tx, token)
		if err != nil {
			return err
		}
		member, err := account.StaffOf(ctx, tx, v.tenant.ID, v.staff.ID)
		if err != nil {
			return err
		}
		if !found || member.DisabledAt != 0 {
			return errNotIn
		}
		return nil
	})
	return err == nil
}

var errNotIn = errors.New("the session has ended")
