package voice

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/intake"
	"jawort/notice"
	"jawort/sound"
	"jawort/source"
)

// act is what somebody did in one call.
type act struct {
	id     string          // the call's, unique at its provider: a replay has the same
	caller address.Address // "" = hidden
	line   string          // the number that was called
	how    string          // missed: cancelled or rejected
	moment Moment
	lasted time.Duration
	heard  time.Duration // how long we spoke before the last key
	sound  []int16       // recorded with the caller's leave; nil = none
}

// Doors that are counted. All of them hold across restarts and nodes.
const (
	addressDoor = "optin:address" // the same as the web page's: another way in is no second try
	blockDoor   = "call:block"    // numbers that differ only in their last three digits: forged ones come in rows
	sourceDoor  = "call:source"
)

// mostHourly are the calls of one source that may have an effect in an hour. A shop that has more raises network_hourly.
const mostHourly = 60

// takes lets the end of a dialogue take effect: a yes becomes a request, the ninth key a withdrawal with the promise.
func (h *House) takes(ctx context.Context, o *offer, a act) error {
	if a.caller == "" {
		return nil
	}
	switch a.moment.At {
	case Stopped:
		_, err := h.d.Desk.OptOut(ctx, intake.OptOut{Tenant: o.source.Tenant, Address: a.caller, Scope: consent.ScopeAll, Via: "voice",
			Actor: consent.Actor{Kind: consent.Person}, Witnessed: true, HappenedAt: h.d.Now().UnixMicro(), Evidence: o.proof(a), SeenKey: a.id + ":stop"})
		return err
	case Yes:
		return h.optIn(ctx, o, a, "voice")
	}
	return nil
}

// missed is a call that ended before it was answered: a thin intent, which leads to one neutral question at most.
func (h *House) missed(ctx context.Context, o *offer, a act) error {
	if a.caller == "" {
		return nil
	}
	return h.optIn(ctx, o, a, "missed_call")
}

func (h *House) optIn(ctx context.Context, o *offer, a act, channel string) error {
	ok, err := h.pass(ctx, o, a.caller)
	if err != nil || !ok {
		return err // what is too much has no effect; the caller hears the same
	}
	in := intake.OptIn{Tenant: o.source.Tenant, Address: a.caller, Topics: o.source.Topics, Source: o.source.ID, Language: o.language(a.moment),
		Channel: channel, Actor: consent.Actor{Kind: consent.Person}, Witnessed: true, Evidence: o.proof(a), SeenKey: "call:" + a.id}
	if len(a.moment.Chosen) > 0 {
		in.Topics = a.moment.Chosen
	}
	if a.sound != nil {
		kept, err := h.d.Desk.KeepRecording(ctx, o.source.Tenant, a.caller, sound.WAV(a.sound))
		if err != nil {
			return err
		}
		in.Evidence = append(in.Evidence, kept)
	}
	_, err = h.d.Desk.OptIn(ctx, in)
	return err
}

// pass counts the call at all doors and says whether it may have an effect. The count is committed also when it may not.
func (h *House) pass(ctx context.Context, o *offer, a address.Address) (ok bool, err error) {
	pepper, err := h.d.Keys.Pepper(o.tenant)
	if err != nil {
		return false, err
	}
	perBlock, perAddress := o.source.Settings.Limits()
	hourly := max(mostHourly, o.source.Settings.NetworkHourly)
	d := a.Digits()
	visits := []source.Visit{
		{Door: blockDoor, Fingerprint: contact.Fingerprint(pepper, address.Address("block:"+d[:max(len(d)-3, 0)])), Slot: time.Hour, Limit: perBlock},
		{Door: addressDoor, Fingerprint: contact.Fingerprint(pepper, a), Slot: 24 * time.Hour, Limit: perAddress},
		{Door: sourceDoor, Fingerprint: o.source.ID, Slot: time.Hour, Limit: hourly},
	}
	var in []bool
	err = h.d.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		in, err = source.UseAll(ctx, tx, o.source.Tenant, visits, now)
		return err
	})
	return err == nil && !slices.Contains(in, false), err
}

// proof is what our own telephone saw of the call. The caller's number is in the event, not here.
func (o *offer) proof(a act) []consent.Evidence {
	text, _ := notice.Pick(o.texts, o.language(a.moment), o.tenant.Language)
	call, _ := json.Marshal(struct { // plain values: cannot fail
		Called  string `json:"called"`
		How     string `json:"how,omitempty"`
		Keys    string `json:"keys,omitempty"`
		Seconds int64  `json:"seconds,omitempty"`
		Heard   int64  `json:"heard_seconds,omitempty"`
	}{a.line, a.how, a.moment.Keys, int64(a.lasted.Seconds()), int64(a.heard.Seconds())})
	list := []consent.Evidence{
		{Kind: "wording", Value: fmt.Sprintf("%s version %d %s sha256:%s", text.Notice, text.Version, text.Language, text.Hash)},
		{Kind: "call", Value: string(call)},
	}
	if o.source.Kind == "ivr" {
		for _, r := range o.recordings {
			if r.Language == text.Language {
				list = append(list, consent.Evidence{Kind: "heard", Value: r.Slot, Blob: r.Blob})
			}
		}
	}
	return list
}
