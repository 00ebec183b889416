package manager

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/errs"
	"jawort/mail"
	"jawort/say"
)

var mailRoutes = []route{
	{"GET /settings/mail", account.MayTenant, mailSettings},
	{"POST /settings/mail", account.MayTenant, saveMail},
}

// mailData is what the page of the mail server shows.
type mailData struct {
	form    mailForm
	owners  string // who is told where nobody else is named
	field   string // which field is wrong
	problem string
	result  *mailResult
}

// mailForm is what was typed; never the password.
type mailForm struct {
	host, port, user, sender string
	security                 mail.Security
	kept                     bool // a password is kept
	readers                  map[alert.Group]string
	proven                   int64
}

// mailResult is what the server said to a test mail.
type mailResult struct {
	ok     bool
	to     string
	why    string
	code   int
	answer string
}

func mailSettings(v *visit) error {
	d, err := v.mailKept()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, mailView(v, d))
}

// mailKept is the form as it is kept; without one, with what is usual.
func (v *visit) mailKept() (mailData, error) {
	var s alert.Server
	var d mailData
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if s, err = alert.ServerOf(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		d.owners, err = ownersOf(ctx, tx, v.tenant.ID)
		return err
	})
	d.form = mailForm{host: s.Host, user: s.User, sender: s.Sender, security: s.Security, kept: len(s.Password) > 0, proven: s.ProvenAt,
		readers: map[alert.Group]string{}}
	if s.Port > 0 {
		d.form.port = strconv.FormatInt(s.Port, 10)
	}
	if s.Host == "" {
		d.form.security, d.form.port = mail.StartTLS, strconv.Itoa(mail.StartTLS.Port())
	}
	for g, list := range s.Readers {
		d.form.readers[g] = strings.Join(list, ", ")
	}
	return d, err
}

func ownersOf(ctx context.Context, tx *db.Tx, tenant string) (string, error) {
	all, err := account.AllStaff(ctx, tx, tenant)
	var out []string
	for _, m := range all {
		if m.Role == account.Owner && m.DisabledAt == 0 {
			out = append(out, m.Email)
		}
	}
	return strings.Join(out, ", "), err
}

// typedMail reads the form. A password left empty is the one that is kept, but only for the server and user it was given for:
// otherwise whoever may change the server could have it sent to one of their own.
func (v *visit) typedMail() (alert.Server, mailData, error) {
	form := v.r.PostFormValue
	d, err := v.mailKept()
	if err != nil {
		return alert.Server{}, d, err
	}
	d.form.host, d.form.port, d.form.user, d.form.sender = strings.TrimSpace(form("host")), form("port"), form("user"), form("sender")
	d.form.security = mail.Security(form("security"))
	s := alert.Server{Tenant: v.tenant.ID, Host: d.form.host, Port: wholeOr(d.form.port, -1), Security: d.form.security, User: d.form.user,
		Sender: d.form.sender, Readers: map[alert.Group][]string{}}
	for _, g := range alert.Groups {
		typed := form("readers_" + string(g))
		d.form.readers[g] = typed
		if list := strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == ' ' || r == '\r' }); len(list) > 0 {
			s.Readers[g] = list
		}
	}
	err = v.read(func(ctx context.Context, tx *db.Tx) error {
		old, err := alert.ServerOf(ctx, tx, v.tenant.ID)
		same := old.Host == s.Host && old.User == strings.TrimSpace(s.User)
		if same && old.Port == s.Port && old.Security == s.Security && old.Sender == s.Sender && form("password") == "" {
			s.ProvenAt = old.ProvenAt
		}
		if same {
			s.Password = old.Password
		}
		return err
	})
	d.form.kept = len(s.Password) > 0
	if typed := form("password"); typed != "" {
		s.Password = alert.Seal(v.s.Keys, v.tenant.ID, typed)
	}
	if strings.TrimSpace(s.User) == "" {
		s.Password = nil
	}
	return s, d, err
}

func wholeOr(s string, otherwise int64) int64 {
	if n := whole(strings.TrimSpace(s)); n >= 0 {
		return n
	}
	return otherwise
}

// saveMail keeps the settings, and with the other button sends a test mail to whoever asks.
func saveMail(v *visit) error {
	s, d, err := v.typedMail()
	if err != nil {
		return err
	}
	if err := s.Check(); err != nil {
		d.problem, d.field = v.sentence(err), fieldOf(err)
		return v.show(http.StatusBadRequest, mailView(v, d))
	}
	if err := v.write(func(ctx context.Context, tx *db.Tx) error { return alert.PutServer(ctx, tx, s, v.staff.ID) }); err != nil {
		return err
	}
	if v.r.PostFormValue("do") != "test" {
		return v.saved("/settings/mail", "manager.mail.saved")
	}
	d.form.kept = len(s.Password) > 0
	if d.result, err = v.testMail(s); err != nil {
		return err
	}
	if d.result.ok {
		d.form.proven = v.s.Now().UnixMicro()
	}
	return v.show(http.StatusOK, mailView(v, d))
}

// testMail sends one to whoever is signed in, and reads the server's answer.
func (v *visit) testMail(s alert.Server) (*mailResult, error) {
	if v.s.TestMail == nil || !v.s.limits.forName("mail "+v.staff.ID) {
		return nil, errs.New(errs.TooMany, "error.too_many")
	}
	err := v.s.TestMail(v.r.Context(), s, v.tenant.Name, v.lang, v.staff.Email)
	var failure *mail.Failure
	if err != nil && !errors.As(err, &failure) {
		return nil, err
	}
	if e := v.write(func(ctx context.Context, tx *db.Tx) error {
		if failure == nil {
			if err := alert.Proven(ctx, tx, v.tenant.ID); err != nil {
				return err
			}
		}
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: "mail.tested", Object: v.tenant.ID})
	}); e != nil {
		return nil, e
	}
	if failure == nil {
		return &mailResult{ok: true, to: v.staff.Email}, nil
	}
	return &mailResult{to: v.staff.Email, why: v.say("mail.why." + string(failure.Why)), code: failure.Code, answer: failure.Answer}, nil
}

// serverSaid is the server's own answer, for whoever understands it.
func (v *visit) serverSaid(r *mailResult) string {
	if r.code == 0 {
		return ""
	}
	return v.say("manager.mail.said", say.Args{"Code": r.code, "Answer": r.answer})
}
