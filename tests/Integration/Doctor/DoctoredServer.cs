using PyWharf.Integration.Support;

namespace PyWharf.Integration.Doctor;

/// <summary>A server with packages, and nginx in front of it with a good deployment and broken ones, each on a port of its own.</summary>
public sealed class DoctoredServer : IAsyncLifetime, IDisposable
{
    internal const string Good = "good";

    /// <summary>By the check that has to find it, what is broken: lines that take the place of those of the good deployment.</summary>
    private static readonly (string Check, string Line, string Broken)[] Faults =
    [
        ("request_buffering", "proxy_request_buffering off;", "proxy_request_buffering on;"),
        ("body_size", "client_max_body_size 5g;", ""),
        ("prefix", "proxy_set_header X-Forwarded-Prefix /pypi;", ""),
        ("compression", "", "gzip on; gzip_proxied any; gzip_min_length 1; gzip_types application/octet-stream;"),
        ("ranges", "", "proxy_set_header Range '';"),
        ("redirects", "proxy_set_header X-Forwarded-Proto $scheme;", "proxy_set_header X-Forwarded-Proto http;"),
        ("authorization", "", "proxy_set_header Authorization '';"),
        ("plus_sign", "proxy_pass http://SERVER/;", "proxy_pass http://SERVER$path_with_space;"),
    ];

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, int> _ports = Faults.Select(fault => fault.Check).Append(Good).Append("no pywharf")
        .ToDictionary(name => name, _ => ProxyProcess.FreePort());

    private PyWharfProcess? _server;
    private ProxyProcess? _nginx;

    public static IEnumerable<object[]> EachFault => Faults.Select(fault => new object[] { fault.Check });

    internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    internal TestCertificate Certificate { get; private set; } = null!; // made when the fixture starts

    /// <summary>The public address of a deployment.</summary>
    internal Uri AddressOf(string name) => new($"https://localhost:{_ports[name]}/pypi/");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Certificate = new TestCertificate(_folder.Path);
        _server = await PyWharfProcess.StartAsync(_folder.At("root"), ServerFixture.Config, "--trusted_proxy=127.0.0.1");
        using var writer = _server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        await writer.PublishAsync(Wheels.Build("demo", "1.0", payload: 100_000), Wheels.Build("torched", "2.1+cu121", payload: 50_000), Sdists.Build("demo", "1.0"));
        if (Requirement.Unmet(Needs.Nginx) is null)
        {
            _nginx = await ProxyProcess.StartNginxAsync(_folder.Path, Configuration(), _ports[Good]);
        }
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _nginx?.Dispose();
        _server?.Dispose();
        _folder.Dispose();
    }

    private string Configuration() => $$"""
        map $uri $path_below_prefix { "~^/pypi(?<below>/.*)$" $below; }
        map $request_uri $path_with_space { default $path_below_prefix; "~^/pypi(?<before>[^?]*)%2B(?<after>.*)$" $before%20$after; }
        server { listen 127.0.0.1:{{_ports["no pywharf"]}} ssl; ssl_certificate cert.pem; ssl_certificate_key key.pem; location / { return 200 "Welcome to nginx!"; } }
        {{Deployment(Good, "", "")}}
        {{string.Join('\n', Faults.Select(fault => Deployment(fault.Check, fault.Line, fault.Broken)))}}
        """;

    private string Deployment(string name, string line, string broken)
    {
        var good = $$"""
            server {
              listen 127.0.0.1:{{_ports[name]}} ssl;
              ssl_certificate cert.pem;
              ssl_certificate_key key.pem;
              client_max_body_size 5g;
              location /pypi/ {
                proxy_pass http://SERVER/;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-For $remote_addr;
                proxy_set_header X-Forwarded-Proto $scheme;
                proxy_set_header X-Forwarded-Host $http_host;
                proxy_set_header X-Forwarded-Prefix /pypi;
                proxy_request_buffering off;
                proxy_max_temp_file_size 0;
                # more
              }
            }
            """;
        Assert.True(line.Length == 0 || good.Contains(line, StringComparison.Ordinal), line);

        return good.Replace(line.Length == 0 ? "# more" : line, broken, StringComparison.Ordinal)
            .Replace("SERVER", Server.BaseAddress.Authority, StringComparison.Ordinal);
    }
}
