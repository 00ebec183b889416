package account

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestPassword(t *testing.T) {
	ctx := context.Background()
	stored, err := HashPassword(ctx, "richtig Pferd Batterie")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("stored as %s", stored)
	}
	for _, c := range []struct {
		stored, password string
		want             bool
	}{
		{stored, "richtig Pferd Batterie", true},
		{stored, "richtig Pferd Batterie ", false},
		{stored, "", false},
		{stored, strings.Repeat("x", 5000), false},
		{"", "", false},
		{"", "anything at all", false},
		{"$argon2id$v=19$m=4194304,t=2,p=1$AAAA$AAAA", "x", false},
		{stored[:len(stored)-1], "richtig Pferd Batterie", false},
	} {
		got, err := CheckPassword(ctx, c.stored, c.password)
		if err != nil || got != c.want {
			t.Errorf("%q with %q: %v %v", c.stored, c.password, got, err)
		}
	}
}

func TestTwoHashesOfOnePasswordDiffer(t *testing.T) {
	a, _ := HashPassword(context.Background(), "richtig Pferd Batterie")
	b, _ := HashPassword(context.Background(), "richtig Pferd Batterie")
	if a == b {
		t.Error("the salt repeats")
	}
}

func TestNewPasswordLength(t *testing.T) {
	for password, ok := range map[string]bool{
		"":                            false,
		"elf Zeichen":                 false,
		"zwölf Zeich.":                true,
		strings.Repeat("ä", 200):      true,
		strings.Repeat("ä", 201):      false,
		"\xff\xfe" + "abcdefghijklmn": false,
	} {
		if err := CheckNewPassword(password); (err == nil) != ok {
			t.Errorf("%d bytes: %v", len(password), err)
		}
	}
}

func TestPasswordWaitsForItsTurn(t *testing.T) {
	for range cap(atOnce) {
		atOnce <- struct{}{}
	}
	defer func() {
		for range cap(atOnce) {
			<-atOnce
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := CheckPassword(ctx, "", "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("a full house does not wait: %v", err)
	}
}
