package intake

import (
	"context"
	"fmt"
	"slices"

	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
)

// Reasons are why people stop messages, as the page offers them. Telling one is never needed, and changes nothing but what the
// business can learn.
var Reasons = []string{"too_many", "not_for_me", "never_asked", "offensive", "other"}

// PreferenceReason keeps why somebody stopped, for the newest stop; the first word counts. Without a stop there is nothing to
// explain.
func (k *Desk) PreferenceReason(ctx context.Context, token, reason string, evidence []consent.Evidence) error {
	who, err := openPerson(k.o.Keys, token)
	if err != nil {
		return err
	}
	if !slices.Contains(Reasons, reason) {
		return errs.New(errs.Invalid, "")
	}
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := contact.Current(ctx, tx, who.tenant, []string{who.contact})
		if err != nil || now[who.contact] == "" { // erased meanwhile
			return err
		}
		stop, told, err := lastStop(ctx, tx, who.tenant, now[who.contact])
		if err != nil || stop == "" || told {
			return err
		}
		return appendFor(ctx, tx, who.tenant, []consent.Event{{Contact: now[who.contact], Kind: consent.ReasonGiven, Channel: "page", Ref: stop, Reason: reason,
			Actor: consent.Actor{Kind: consent.Person}, Witnessed: true, Evidence: evidence, SeenKey: "reason:" + stop}})
	})
	if err != nil {
		return fmt.Errorf("keep a reason: %w", err)
	}
	return nil
}

// lastStop is the newest opt-out of a person, and whether they said why; "" = they never stopped anything.
func lastStop(ctx context.Context, tx *db.Tx, tenant, person string) (stop string, told bool, err error) {
	all, err := consent.History(ctx, tx, tenant, []string{person})
	if err != nil {
		return "", false, err
	}
	for _, e := range all[person] {
		switch {
		case e.Kind == consent.Withdrawn:
			stop, told = e.ID, false
		case e.Kind == consent.ReasonGiven && e.Ref == stop:
			told = true
		}
	}
	return stop, told, nil
}
