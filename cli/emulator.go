package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"jawort/emulator"
)

// emulatorCmd runs Meta's stand-in alone, for anyone who develops against the Cloud API.
type emulatorCmd struct {
	Listen      string `default:"127.0.0.1:8090" placeholder:"ADDR" help:"Where to listen; port 0 takes a free one."`
	Webhook     string `placeholder:"URL" help:"Where webhooks are posted."`
	AppSecret   string `placeholder:"TEXT" help:"Signs the webhooks; made up when empty."`
	VerifyToken string `placeholder:"TEXT" help:"Sent in the handshake; made up when empty."`
	Token       string `placeholder:"TEXT" help:"The access token that is accepted; made up when empty."`
	JSON        bool   `name:"json" help:"Print one line of JSON when ready; logs go to standard error."`
}

func (c *emulatorCmd) Run(ctx context.Context, t *terminal) error {
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w (take another port with --listen, 0 for a free one)", err)
	}
	if c.AppSecret == "" {
		c.AppSecret = newSecret()
	}
	if c.VerifyToken == "" {
		c.VerifyToken = newSecret()
	}
	log := slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	e := emulator.New(emulator.Options{AppSecret: c.AppSecret, VerifyToken: c.VerifyToken, Token: c.Token, WebhookURL: c.Webhook, Log: log})
	defer e.Close()
	web := &http.Server{Handler: e.Handler(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	defer web.Close()
	go func() { _ = web.Serve(l) }()
	o, base := e.Options(), "http://"+l.Addr().String()
	if c.JSON {
		err = json.NewEncoder(t.out).Encode(map[string]string{"emulator": base, "token": e.Token(), "phone_number_id": o.PhoneNumberID,
			"waba_id": o.WABAID, "app_secret": c.AppSecret, "verify_token": c.VerifyToken})
	} else {
		_, err = fmt.Fprintf(t.out, "The emulator of Meta's Cloud API is running.\n\n  Base URL         %s\n  Access token     %s\n  phone_number_id  %s\n  WABA             %s\n  App secret       %s\n  Verify token     %s\n  Toy phones       %s\n\nPress Ctrl-C to end it.\n",
			base, e.Token(), o.PhoneNumberID, o.WABAID, c.AppSecret, c.VerifyToken, base)
	}
	if err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
