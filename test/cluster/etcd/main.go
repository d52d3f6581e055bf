// The store behind the API server. Debian 12 has etcd 3.4, which never answers a watch without a revision.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() {
	etcdmain.Main(os.Args)
}
