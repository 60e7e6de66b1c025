using System.Security.Cryptography;
using System.Text;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>Links to the storage: whoever has one may read that asset, for a while.</summary>
internal sealed class SignedLinks
{
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    private byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>How long a link is good.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>No link handed out so far is good any more.</summary>
    public void Revoke() => _key = RandomNumberGenerator.GetBytes(32);

    internal string Sign(FakeGitHub github, FakeRepository repository, FakeAsset asset)
    {
        var path = $"/github-production-release-asset/{repository.Id}/{asset.Id}";
        var (date, expires) = (github.Now.UtcDateTime.ToString(DateFormat), $"{Lifetime.TotalSeconds:0}");
        var disposition = Uri.EscapeDataString($"attachment; filename={asset.Name}");

        return $"{github.Root(Origin.Storage)}{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=fake%2Fus-east-1%2Fs3%2Faws4_request"
            + $"&X-Amz-Date={date}&X-Amz-Expires={expires}&X-Amz-Signature={Signature(path, date, expires)}&X-Amz-SignedHeaders=host"
            + $"&response-content-disposition={disposition}&response-content-type=application%2Foctet-stream";
    }

    internal bool IsGood(Call call)
    {
        var (date, expires) = (call.Query["X-Amz-Date"].ToString(), call.Query["X-Amz-Expires"].ToString());

        return call.Query["X-Amz-Signature"] == Signature("/" + string.Join('/', call.Segments), date, expires)
            && DateTimeOffset.ParseExact(date, DateFormat, null, System.Globalization.DateTimeStyles.AssumeUniversal)
                + TimeSpan.FromSeconds(int.Parse(expires)) > call.GitHub.Now;
    }

    private string Signature(string path, string date, string expires) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"GET\n{path}\n{date}\n{expires}")));
}
