package cli

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"jawort/app"
)

// calls is where telephone calls come to, or what is wrong with how it was said.
func (c *Config) calls() (app.Calls, error) {
	out := app.Calls{Listen: c.Calls, Public: c.CallsPublic}
	if c.Calls == "" {
		return out, nil
	}
	if _, _, err := net.SplitHostPort(c.Calls); err != nil {
		return out, errors.New("calls is not an address with a port, such as 0.0.0.0:5060")
	}
	if _, err := netip.ParseAddr(c.CallsPublic); c.CallsPublic != "" && err != nil {
		return out, errors.New("calls_public is not an IP address")
	}
	if c.CallsPorts != "" {
		if n, err := fmt.Sscanf(c.CallsPorts, "%d-%d", &out.PortsFrom, &out.PortsTo); n != 2 || err != nil || out.PortsFrom < 1024 || out.PortsTo > 65535 || out.PortsFrom > out.PortsTo {
			return out, errors.New("calls_ports are not two ports from 1024 to 65535, such as 20000-20200")
		}
	}
	for text := range strings.SplitSeq(c.CallsAllow, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return out, errors.New("calls_allow are not networks, such as 10.0.0.0/8,192.0.2.7/32")
		}
		out.Allow = append(out.Allow, p)
	}
	return out, nil
}
