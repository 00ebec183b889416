package manager

import (
	"context"
	"net/http"
	"strings"

	"jawort/account"
	"jawort/blob"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
)

// endings are what a file is called by its type, which was found by looking at its bytes.
var endings = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf", "audio/ogg": ".ogg", "audio/mpeg": ".mp3",
	"audio/mp4": ".m4a", "audio/aac": ".aac", "audio/amr": ".amr"}

// proofFile hands out a scan or recording that proves an entry. It comes by POST: who looked at it is in the audit trail, and the
// address of a file leads nobody to it.
func proofFile(v *visit) error {
	var b blob.Blob
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		c, err := v.contactHere(ctx, tx)
		if err != nil {
			return err
		}
		if b, err = blob.Get(ctx, tx, v.tenant.ID, v.r.PostFormValue("file")); err != nil {
			return err
		}
		owner, err := contact.Current(ctx, tx, v.tenant.ID, []string{b.Owner})
		if err != nil {
			return err
		}
		if b.Class != blob.Evidence || owner[b.Owner] != c.ID {
			return errs.New(errs.NotFound, "blob.none")
		}
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: "evidence.opened", Object: c.ID,
			Detail: map[string]string{"file": short(b.Hash)}})
	}); err != nil {
		return err
	}
	way, typ := "attachment", "application/octet-stream"
	if endings[b.Type] != "" {
		typ = b.Type
	}
	if blob.Showable(typ) {
		way = "inline"
	}
	head := v.w.Header()
	head.Set("Content-Type", typ)
	head.Set("Content-Disposition", way+`; filename="`+v.say("manager.person.file.name")+"-"+short(b.Hash)+endings[b.Type]+`"`)
	head.Set("Content-Security-Policy", "default-src 'none'; sandbox") // whatever the bytes are, they run nothing
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	head.Set("Cache-Control", "no-store")
	v.w.WriteHeader(http.StatusOK)
	_, _ = v.w.Write(b.Body) // the reader may have gone
	return nil
}

// short is the beginning of a hash: enough to compare by eye.
func short(hash string) string {
	hash, _, _ = strings.Cut(hash, ".")
	return hash[:min(12, len(hash))]
}
