/**
 * Secrets that are known by their own form, wherever they stand. The group `secret` is what is hidden. Every repetition
 * that another part may follow is bounded: these are held against what strangers write.
 */
export const SECRET_FORMS: readonly RegExp[] = [
  // Keys in PEM, also where the end is missing: then up to the next key of a file. Certificates and public keys are everybody's.
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?<secret>[\s\S]*?)(?:-----END|\n[ \t]{0,200}(?!Proc-Type|DEK-Info|Comment|Version|Hash)["']?[A-Za-z_][\w.-]{0,80}["']?:(?:\s|$)|$)/dg,
  // JSON Web Tokens, signed or encrypted.
  /(?<![\w-])(?<secret>eyJ[\w-]{2,8000}(?:\.[\w-]{0,8000}){2,4})/dg,
  // GitHub, GitLab, Docker Hub, PyPI.
  /(?<![A-Za-z0-9])(?<secret>(?:gh[opsur]_|github_pat_|dckr_(?:pat|oat)_|gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent)-|pypi-Ag)[\w-]{4,300})/dg,
  // npm; its settings begin alike, and have underscores.
  /(?<![A-Za-z0-9])(?<secret>npm_[A-Za-z0-9]{20,80})(?!\w)/dg,
  // Slack, SendGrid, Vault, Doppler, Google, AWS.
  /(?<![A-Za-z0-9])(?<secret>xox[abeoprs]-[\w-]{4,300}|xapp-[\w-]{10,300})/dg,
  /(?<![A-Za-z0-9])(?<secret>SG\.[\w-]{16,64}\.[\w-]{16,64}|hv[bsr]\.[\w-]{20,400}|dp\.(?:pt|st|ct|sa)\.[\w.-]{20,200})/dg,
  /(?<![A-Za-z0-9])(?<secret>AIza[\w-]{30,40}|ya29\.[\w-]{20,800}|GOCSPX-[\w-]{20,40}|(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?!\w)/dg,
  // Stripe, OpenAI, Anthropic, Hugging Face, Shopify, DigitalOcean, Linear, Figma, Tailscale, age, RubyGems, Postman.
  /(?<![A-Za-z0-9-])(?<secret>(?:sk|rk|whsec)_(?:(?:live|test)_)?[A-Za-z0-9]{16,200}|sk-(?=[\w-]{0,200}\d)[\w-]{16,300})/dg,
  /(?<![A-Za-z0-9])(?<secret>hf_[A-Za-z0-9]{30,60}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{20,64}|do[opr]_v1_[a-f0-9]{40,80}|lin_api_[A-Za-z0-9]{20,80}|fig[du]_[\w-]{20,80}|tskey-[\w-]{16,120}|AGE-SECRET-KEY-1[A-Z0-9]{20,80}|rubygems_[a-f0-9]{40,60}|PMAK-[a-f0-9-]{40,80})/dg,
  // Addresses that are their own password: Slack, Discord, Teams, Telegram, Zapier.
  /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[\w/-]{3,300})/dg,
  /discord(?:app)?\.com\/api\/webhooks\/(?<secret>[\w/-]{3,300})/dg,
  /webhook\.office\.com\/(?<secret>[\w/@.-]{3,600})/dg,
  /api\.telegram\.org\/bot(?<secret>[\w:-]{10,100})/dg,
  /hooks\.zapier\.com\/hooks\/catch\/(?<secret>[\w/-]{3,200})/dg,
  // user/password@host of Oracle; user:password@tcp(host) of Go and user:password@host, but no port and no digest.
  /:thin:[^/\s@"']{1,64}\/(?<secret>[^\s@"']{1,200})@/dg,
  /(?<![\w:/.@+-])(?!(?:mailto|npm|git|jsr|ssh|sips?|acct|file|https?|docker):)[A-Za-z][\w.+-]{0,63}:(?!\d{1,5}@)(?<secret>[^\s:@/"'<>]{3,200})@(?!sha\d)[\w[]/dg,
];
