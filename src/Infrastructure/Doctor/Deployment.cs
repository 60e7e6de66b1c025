using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PyWharf.Infrastructure.Doctor;

/// <summary>The deployment that is checked: its addresses, a client for requests, and what earlier checks have learned for later ones.</summary>
internal sealed class Deployment : IDisposable
{
    /// <summary>The limit for one answer. Proxies give up after 60 seconds by default.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;
    private TimeSpan _slowest;

    /// <param name="url">The base URL, that of a repository, or that of the index in one of them (<c>…/simple/</c>).</param>
    /// <param name="user">User name for HTTP Basic.</param>
    /// <param name="password">The password; null for requests without credentials only.</param>
    public Deployment(Uri url, string user, string? password)
    {
        Base = BaseOf(url);
        (User, Password) = (user, password);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            MaxConnectionsPerServer = 1,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = ChainPolicy() },
            UseCookies = false,
            UseProxy = false,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("pywharf-doctor", typeof(Deployment).Assembly.GetName().Version?.ToString(3)));
    }

    /// <summary>The URL below which <c>simple/</c> is; with a slash at the end.</summary>
    public Uri Base { get; }

    /// <summary>The project list, and where uploads go to.</summary>
    public Uri Index => new(Base, "simple/");

    public string User { get; }

    public string? Password { get; }

    /// <summary>Whether pages can be read without credentials.</summary>
    public bool AllowsAnonymousRead { get; set; }

    /// <summary>Whether pages can be read with what is known.</summary>
    public bool IsReadable { get; set; }

    /// <summary>The file that was uploaded for the checks; null if none was.</summary>
    public ThrowawayWheel? Uploaded { get; set; }

    /// <summary>The file whose upload was begun and not refused: it may be published although no answer, or the proxy's own, came back.</summary>
    public ThrowawayWheel? Attempted { get; set; }

    /// <summary>The file that the checks of downloads fetch; null if there is none, or the proxy does not carry it.</summary>
    public SampleFile? Sample { get; set; }

    /// <summary>How long to wait for an answer that may not come: much longer than the slowest answer so far.</summary>
    public TimeSpan Wait => TimeSpan.FromTicks(Math.Clamp(_slowest.Ticks * 10, LeastWait.Ticks, MostWait.Ticks));

    /// <summary>The rules of Python's clients for certificates: unlike .NET, they download no missing intermediate ones.</summary>
    public static X509ChainPolicy ChainPolicy() => new()
    {
        ApplicationPolicy = { new Oid("1.3.6.1.5.5.7.3.1") }, // server authentication
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
    };

    /// <summary>Requests a URL with the credentials, if there are any.</summary>
    public Task<Reply> GetAsync(Uri url, CancellationToken cancellationToken, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, url, isAnonymous: false, content: null, cancellationToken, headers);

    /// <summary>Requests a URL without credentials.</summary>
    public Task<Reply> GetAnonymouslyAsync(Uri url, CancellationToken cancellationToken, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, url, isAnonymous: true, content: null, cancellationToken, headers);

    /// <summary>Sends a request and reads the answer, up to the limit of <see cref="Reply"/>.</summary>
    public async Task<Reply> SendAsync(
        HttpMethod method, Uri url, bool isAnonymous, HttpContent? content, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        // A page may name files of other servers: they get no password.
        if (!isAnonymous && Password is not null && IsOfOrigin(url))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (content is null)
        {
            limit.CancelAfter(AnswerLimit);
        }

        var begin = Stopwatch.GetTimestamp();
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        _slowest = TimeSpan.FromTicks(Math.Max(_slowest.Ticks, content is null ? Stopwatch.GetElapsedTime(begin).Ticks : 0));

        return await Reply.ReadAsync(response, limit.Token);
    }

    public void Dispose() => _http.Dispose();

    private bool IsOfOrigin(Uri url) => url.GetLeftPart(UriPartial.Authority) == Base.GetLeftPart(UriPartial.Authority);

    private static Uri BaseOf(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        var end = Array.Find(["/simple", "/legacy"], path.EndsWith) ?? "";

        return new UriBuilder(url) { Path = path[..^end.Length] + "/" }.Uri;
    }
}
