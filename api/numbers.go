package api

import (
	"context"
	"time"

	"jawort/account"
	"jawort/db"
)

// Number is a WhatsApp business phone number, without its secrets.
type Number struct {
	ID         string         `json:"id" doc:"Meta's phone_number_id"`
	WABA       string         `json:"waba"`
	Portfolio  string         `json:"portfolio"`
	Display    string         `json:"display" doc:"Digits of the business's own number"`
	Name       string         `json:"name"`
	Country    string         `json:"country"`
	Status     string         `json:"status" doc:"Meta's own word"`
	Throughput int64          `json:"throughput" doc:"Messages a second"`
	Settings   NumberSettings `json:"settings"`
	CreatedAt  *time.Time     `json:"created_at"`
}

// NumberSettings are what staff set for a number. A field that is left out is off.
type NumberSettings struct {
	Mode     string `json:"mode" enum:"observe,warn,enforce"`
	Quiet    Quiet  `json:"quiet" required:"false"`
	CapDay   int64  `json:"cap_day" required:"false" minimum:"0" maximum:"1000" doc:"Marketing messages to one person a day; 0 = no cap"`
	CapMonth int64  `json:"cap_month" required:"false" minimum:"0" maximum:"10000" doc:"… in 30 days"`
	StopAck  bool   `json:"stop_ack" required:"false" doc:"Acknowledge a stop once, neutrally"`
	OptinAck bool   `json:"optin_ack" required:"false" doc:"Confirm once, neutrally, what was agreed to in the chat"`
	Brake    bool   `json:"brake" required:"false" doc:"The quality guard may slow or stop this number"`
}

// Quiet are the hours in which marketing waits.
type Quiet struct {
	On   bool   `json:"on" required:"false"`
	From int    `json:"from" required:"false" minimum:"0" maximum:"1439" doc:"Minutes after midnight"`
	To   int    `json:"to" required:"false" minimum:"0" maximum:"1439"`
	Zone string `json:"zone" required:"false" maxLength:"64" doc:"IANA; empty = the person's by country"`
}

// NumberPath is the part of a path that names one.
type NumberPath struct {
	ID string `path:"id" doc:"Meta's phone_number_id"`
}

func (s *server) numbers() {
	route(s, op{method: "GET", path: "/v1/numbers", id: "listNumbers", summary: "The business's numbers", scope: account.ScopeSetup}, s.listNumbers)
	route(s, op{method: "GET", path: "/v1/numbers/{id}", id: "getNumber", summary: "One number", scope: account.ScopeSetup}, s.getNumber)
	route(s, op{method: "PUT", path: "/v1/numbers/{id}/settings", id: "setNumber", summary: "Set a number's mode, quiet hours and caps",
		scope: account.ScopeSetup}, s.setNumber)
}

func wireNumber(n account.Number) Number {
	x := n.Settings
	return Number{ID: n.ID, WABA: n.WABA, Portfolio: n.Portfolio, Display: n.Display, Name: n.Name, Country: n.Country, Status: n.Status,
		Throughput: n.Throughput, CreatedAt: moment(n.CreatedAt),
		Settings: NumberSettings{Mode: string(n.Mode), Quiet: Quiet(x.Quiet), CapDay: x.CapDay, CapMonth: x.CapMonth, StopAck: x.StopAck, OptinAck: x.OptinAck, Brake: x.Brake}}
}

func (s *server) listNumbers(ctx context.Context, c *call, in *struct{ Paging }) (out page[Number], err error) {
	var all []Number
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := account.Numbers(ctx, tx, c.tenant())
		for _, n := range list {
			all = append(all, wireNumber(n))
		}
		return err
	})
	if err != nil {
		return out, err
	}
	return cut(c, in.Paging, all, func(n Number) string { return n.ID })
}

func readNumber(ctx context.Context, tx *db.Tx, c *call, asked string) (account.Number, error) {
	if !digits.MatchString(asked) {
		return account.Number{}, notFound
	}
	return account.NumberOf(ctx, tx, c.tenant(), asked)
}

func (s *server) getNumber(ctx context.Context, c *call, in *NumberPath) (out Number, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := readNumber(ctx, tx, c, in.ID)
		out = wireNumber(n)
		return err
	})
	return out, err
}

func (s *server) setNumber(ctx context.Context, c *call, in *struct {
	NumberPath
	Body NumberSettings
}) (Number, error) {
	b := &in.Body
	return change(ctx, s, c, 200, func(ctx context.Context, tx *db.Tx) (Number, error) {
		if _, err := readNumber(ctx, tx, c, in.ID); err != nil {
			return Number{}, err
		}
		settings := account.NumberSettings{Quiet: account.Quiet(b.Quiet), CapDay: b.CapDay, CapMonth: b.CapMonth, StopAck: b.StopAck, OptinAck: b.OptinAck, Brake: b.Brake}
		if err := account.SetNumberSettings(ctx, tx, c.tenant(), in.ID, account.Mode(b.Mode), settings, c.key.ID); err != nil {
			return Number{}, withoutPrefix(err, "settings.")
		}
		n, err := account.NumberOf(ctx, tx, c.tenant(), in.ID)
		return wireNumber(n), err
	})
}
