package notice

import (
	"context"
	"fmt"

	"jawort/db"
	"jawort/errs"
)

// Recording is a wording, or the question about one topic, as it is spoken on the telephone. A new one takes the place of the
// old; what somebody heard is named in their proof by its bytes, which stay.
type Recording struct {
	Notice   string
	Version  int64
	Language string
	Slot     string // SlotNotice or SlotTopic
	Blob     string // WAV, 8 kHz
	MS       int64  // its length in milliseconds
	By       string
	At       int64
}

// SlotNotice is the wording itself.
const SlotNotice = "notice"

// SlotTopic is the question about one topic, where each is asked for itself.
func SlotTopic(code string) string { return "topic:" + code }

// SetRecording keeps one, also for a version that is published: the words stay what they are.
func SetRecording(ctx context.Context, tx *db.Tx, tenant string, r Recording) error {
	if _, err := Body(ctx, tx, tenant, r.Notice, r.Version, r.Language); err != nil {
		return err
	}
	if r.Blob == "" || r.MS <= 0 || r.Slot == "" || len(r.Slot) > 100 {
		return errs.At("recording", "notice.recording")
	}
	if err := upsertRecording(ctx, tx, tenant, r); err != nil {
		return fmt.Errorf("keep recording: %w", err)
	}
	return nil
}

// Recordings reads those of a version, in all its languages.
func Recordings(ctx context.Context, tx *db.Tx, tenant, notice string, version int64) ([]Recording, error) {
	list, err := recordings(ctx, tx, tenant, notice, version)
	if err != nil {
		return nil, fmt.Errorf("read recordings of notice %s: %w", notice, err)
	}
	return list, nil
}
