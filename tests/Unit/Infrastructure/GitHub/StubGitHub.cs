using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Support;

namespace PyWharf.Unit.Infrastructure.GitHub;

/// <summary>Replaces the sockets: returns given responses in order, the last one repeatedly, and records the requests.</summary>
internal sealed class StubGitHub(params Func<HttpResponseMessage>[] answers) : HttpMessageHandler
{
    public const string Address = "https://api.github.test";

    public static readonly Secret Token = new("ghp_secretToken1");

    public const string Asset = """
        {"id":7,"url":"https://api.github.test/repos/o/r/releases/assets/7","name":"a-1.zip","state":"uploaded","size":3,
         "browser_download_url":"https://github.test/o/r/releases/download/a-1.zip/a-1.zip","label":"","digest":null}
        """;

    private int _asked;

    public SkippingTime Time { get; } = new();

    public LogLines Lines { get; } = new();

    public List<SentRequest> Sent { get; } = [];

    public SentRequest Last => Sent[^1];

    /// <summary>The API of the repository o/r, with all handlers above the sockets.</summary>
    public GitHubApi Api(string address = Address) =>
        new(GitHubHttpClients.Create(this, Time, Lines), new Uri(address), "o", "r", Time, Lines);

    public static string Release(long id, string tag = "a-1.zip", bool isDraft = false) => $$"""
        {"id":{{id}},"tag_name":"{{tag}}","name":"{{tag}}","body":"text","draft":{{(isDraft ? "true" : "false")}},"published_at":null,
         "upload_url":"https://uploads.github.test/repos/o/r/releases/{{id}}/assets{?name,label}","assets":[{{Asset}}]}
        """;

    public static Func<HttpResponseMessage> Json(string body, params (string Name, string Value)[] headers) => Answer(200, body, headers);

    public static Func<HttpResponseMessage> Answer(int status, string body = "", params (string Name, string Value)[] headers) => () =>
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(body, Encoding.UTF8, body.StartsWith('<') ? "text/html" : "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            Assert.True(response.Headers.TryAddWithoutValidation(name, value));
        }

        return response;
    };

    public static Func<HttpResponseMessage> Message(int status, string message, params (string Name, string Value)[] headers) =>
        Answer(status, $$"""{"message":"{{message}}","documentation_url":"https://docs.github.test","status":"{{status}}"}""", headers);

    public static Func<HttpResponseMessage> Throws(Exception exception) => () => throw exception;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        Sent.Add(new SentRequest(
            request.Method.Method,
            request.RequestUri?.AbsoluteUri ?? "",
            request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            body));
        var response = answers[Math.Min(_asked++, answers.Length - 1)]();
        response.RequestMessage = request;

        return response;
    }
}
