namespace PyWharf.Integration.Support;

/// <summary>A file of deploy/, with what is the operator's own replaced by what is the test's.</summary>
internal static class DeployedFile
{
    /// <summary>The text of a file.</summary>
    /// <param name="path">Below deploy/.</param>
    /// <param name="replacements">What is replaced by what; each has to be there.</param>
    public static string Read(string path, params (string Theirs, string Ours)[] replacements)
    {
        var text = File.ReadAllText(RepositoryRoot.At("deploy", path));
        foreach (var (theirs, ours) in replacements)
        {
            Assert.Contains(theirs, text, StringComparison.Ordinal);
            text = text.Replace(theirs, ours, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>deploy/nginx/pywharf.conf for a port of the loopback and these servers; the certificate lies beside it.</summary>
    public static string Nginx(int port, IReadOnlyList<Uri> servers, params (string Theirs, string Ours)[] replacements) => Read(
        "nginx/pywharf.conf",
        [
            ("listen 443", $"listen 127.0.0.1:{port}"),
            ("server_name pypi.example.com", "server_name localhost"),
            .. Servers(servers),
            .. replacements,
        ]);

    /// <summary>deploy/haproxy/haproxy.cfg likewise.</summary>
    public static string HAProxy(int port, IReadOnlyList<Uri> servers) =>
        Read("haproxy/haproxy.cfg", [("bind :443 ssl crt /etc/haproxy/both.pem", $"bind 127.0.0.1:{port} ssl crt both.pem"), .. Servers(servers)]);

    private static IEnumerable<(string, string)> Servers(IReadOnlyList<Uri> servers) =>
        ((string[])["127.0.0.1:8888", "127.0.0.1:8889", "127.0.0.1:8890"]).Select((theirs, place) =>
            (theirs + " ", servers[Math.Min(place, servers.Count - 1)].Authority + " "));
}
