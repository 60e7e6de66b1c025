using System.Globalization;
using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Simple;

/// <summary>The METADATA of wheels, which installers read before they download a wheel (PEP 658, 714).</summary>
[Collection(ServerFixture.Name)]
public sealed class CoreMetadataTests(ServerFixture server, SampleProject sample) : IClassFixture<SampleProject>, IDisposable
{
    private readonly HttpClient _reader = server.Reader();

    private string Path => $"{SampleProject.Page}{sample.Wheel.Filename}.metadata";

    public void Dispose() => _reader.Dispose();

    [Fact]
    public async Task It_is_advertised_by_its_digest_under_the_names_that_clients_know_and_for_wheels_alone()
    {
        var html = (await _reader.AskAsync(SampleProject.Page, ("Accept", "text/html"))).With(200).Text;
        var advertised = await _reader.MetadataDigestsAsync("my-pkg");

        Assert.Equal([(sample.Wheel.Filename, sample.Wheel.MetadataSha256), (sample.Local.Filename, sample.Local.MetadataSha256)], advertised);
        foreach (var wheel in new[] { sample.Wheel, sample.Local })
        {
            var digest = $"sha256={wheel.MetadataSha256}";
            Assert.Contains($"data-core-metadata=\"{digest}\"", html, StringComparison.Ordinal);
            Assert.Contains($"data-dist-info-metadata=\"{digest}\"", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task It_is_sent_byte_for_byte_and_never_in_a_coding()
    {
        var odd = Wheels.Build("odd.metadata", "1.0", metadata: Encoding.UTF8.GetBytes(
            $"Metadata-Version: 2.1\r\nname: odd.metadata\r\nVERSION: 1.0\r\nSummary: Größe  \r\n\r\n{new string('x', 300_000)}\r\n\r\n\n"));
        using (var writer = server.Writer())
        {
            await writer.PublishAsync(odd);
        }

        var answer = (await _reader.AskAsync($"/simple/odd-metadata/{odd.Filename}.metadata", ("Accept-Encoding", "gzip, br"))).With(200);

        Assert.Equal(odd.Metadata, answer.Bytes);
        Assert.Null(answer["Content-Encoding"]);
        Assert.Equal(Length(odd), answer["Content-Length"]);
        Assert.Equal([(odd.Filename, odd.MetadataSha256)], await _reader.MetadataDigestsAsync("odd-metadata"));
    }

    [Fact]
    public async Task Head_tells_what_get_would()
    {
        var (head, get) = ((await _reader.AskAsync(HttpMethod.Head, Path)).With(200), (await _reader.AskAsync(Path)).With(200));

        Assert.Empty(head.Bytes);
        Assert.Equal(Length(sample.Wheel), head["Content-Length"]);
        foreach (var header in (string[])["Content-Length", "Content-Type", "ETag", "Last-Modified", "Accept-Ranges", "Cache-Control"])
        {
            Assert.NotNull(get[header]);
            Assert.Equal(get[header], head[header]);
        }
    }

    [Fact]
    public async Task It_may_be_kept_for_ever_and_is_304_for_who_has_it()
    {
        var answer = (await _reader.AskAsync(Path)).With(200);
        var same = (await _reader.AskAsync(Path, ("If-None-Match", $"\"{sample.Wheel.MetadataSha256}\""))).With(304);

        Assert.Equal($"\"{sample.Wheel.MetadataSha256}\"", answer["ETag"]);
        Assert.Equal("private, max-age=365000000, immutable", answer["Cache-Control"]);
        Assert.Equal((answer["ETag"], answer["Cache-Control"]), (same["ETag"], same["Cache-Control"]));
        Assert.Empty(same.Bytes);
        (await _reader.AskAsync(Path, ("If-Modified-Since", answer["Last-Modified"] ?? ""))).With(304);
        (await _reader.AskAsync(Path, ("If-None-Match", $"\"{sample.Wheel.Sha256}\""))).With(200);
    }

    [Fact]
    public async Task Parts_of_it_are_sent_exactly()
    {
        var whole = sample.Wheel.Metadata;
        var part = (await _reader.AskAsync(Path, ("Range", "bytes=5-14"))).With(206);
        var end = (await _reader.AskAsync(Path, ("Range", "bytes=-5"), ("If-Range", $"\"{sample.Wheel.MetadataSha256}\""))).With(206);
        var past = (await _reader.AskAsync(Path, ("Range", "bytes=999999-"))).With(416);

        Assert.Equal(whole[5..15], part.Bytes);
        Assert.Equal($"bytes 5-14/{whole.Length}", part["Content-Range"]);
        Assert.Equal(whole[^5..], end.Bytes);
        Assert.Equal($"bytes */{whole.Length}", past["Content-Range"]);
        Assert.Equal(whole, (await _reader.AskAsync(Path, ("Range", "bytes=-5"), ("If-Range", $"\"{sample.Wheel.Sha256}\""))).With(200).Bytes);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("%2B")]
    [InlineData("%2b")]
    public async Task The_plus_sign_of_a_local_version_may_be_encoded_or_not(string plus)
    {
        var name = sample.Local.Filename.Replace("+", plus, StringComparison.Ordinal);

        Assert.Equal(sample.Local.Metadata, (await _reader.AskAsync($"{SampleProject.Page}{name}.metadata")).With(200).Bytes);
    }

    [Theory]
    [InlineData("my_pkg-1.0.tar.gz.metadata")]
    [InlineData("my_pkg-3.0-py3-none-any.whl.metadata")]
    [InlineData("my_pkg-1.0-py3-none-any.whl.metadata.metadata")]
    [InlineData("my_pkg-1.0-py3-none-any.whl.METADATA")]
    [InlineData("my_pkg-1.0-py3-none-any.whl.meta.metadata")]
    [InlineData("my_pkg-1.0-py3-none-any.whl.metadata.asc")]
    [InlineData(".metadata")]
    public async Task Nothing_else_has_any(string name) => (await _reader.AskAsync(SampleProject.Page + name)).With(404);

    [Fact]
    public async Task It_needs_a_secret_and_can_only_be_read()
    {
        using var nobody = server.Server.Client();

        Assert.StartsWith("Basic realm=", (await nobody.AskAsync(Path)).With(401)["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Contains("GET", (await _reader.AskAsync(HttpMethod.Delete, Path)).With(405)["Allow"], StringComparison.Ordinal);
        (await _reader.AskAsync($"/{ServerFixture.Repository}{Path}")).With(200);
    }

    private static string Length(Distribution wheel) => wheel.Metadata.Length.ToString(CultureInfo.InvariantCulture);
}
