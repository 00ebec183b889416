package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"strings"
	"sync/atomic"
)

// Sink answers every send as Meta would and keeps nothing: what is measured is us. It runs as a process of its own, so that its
// work is not counted as ours; it prints its address and ends with its standard input.
func Sink(in io.Reader, out io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	web := &http.Server{Handler: sinkHandler()}
	go func() { _ = web.Serve(l) }()
	fmt.Fprintln(out, l.Addr())
	_, _ = io.Copy(io.Discard, in)
	return web.Close()
}

// sinkHandler makes Meta's id of ours, so that a webhook about the message can be made without asking anybody.
func sinkHandler() http.Handler {
	var n atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/count" {
			fmt.Fprint(w, n.Load())
			return
		}
		body, _ := io.ReadAll(r.Body)
		ours := fmt.Sprint(n.Add(1))
		if _, rest, ok := bytes.Cut(body, []byte(`"biz_opaque_callback_data":"`)); ok {
			if id, _, ok := bytes.Cut(rest, []byte(`"`)); ok {
				ours = string(id)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"messaging_product":"whatsapp","contacts":[{"input":"1","wa_id":"1"}],"messages":[{"id":"wamid.%s"}]}`, ours)
	})
}

// startSink runs the sink.
func (r *run) startSink(ctx context.Context) (addr string, stop func(), err error) {
	cmd := exec.CommandContext(ctx, r.Program, "bench", "sink")
	in, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, fmt.Errorf("start sink: %w", err)
	}
	stop = func() {
		_ = in.Close()
		_ = cmd.Wait()
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("start sink: %w", err)
	}
	return strings.TrimSpace(line), stop, nil
}

// proxy is a bare Go reverse proxy before the sink: the stand-in for the peers that are not to be had here.
func proxy(sink string) (addr string, stop func(), err error) {
	to, err := url.Parse("http://" + sink)
	if err != nil {
		return "", nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	p := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) },
		Transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256}}
	web := &http.Server{Handler: p}
	go func() { _ = web.Serve(l) }()
	return l.Addr().String(), func() { _ = web.Close() }, nil
}
