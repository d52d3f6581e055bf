// The cluster's DNS server, with the few plugins that its configuration names.
package main

import (
	_ "github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/file"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"

	"github.com/coredns/coredns/core/dnsserver"
)

// The order in which plugins see a query.
func init() {
	dnsserver.Directives = []string{"errors", "health", "ready", "cache", "file", "kubernetes"}
}

func main() {
	coremain.Run()
}
