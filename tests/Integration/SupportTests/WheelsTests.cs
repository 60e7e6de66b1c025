using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.SupportTests;

public class WheelsTests
{
    [Fact]
    public void A_wheel_is_named_after_its_normalised_name_its_version_and_tags()
    {
        Assert.Equal("my_pkg-2.0+loc.1-py3-none-any.whl", Wheels.Build("My.Pkg", "2.0+loc.1").Filename);
        Assert.Equal("foo-1.0-3b-cp311-cp311-linux_x86_64.whl", Wheels.Build("foo", "1.0", build: "3b", tag: "cp311-cp311-linux_x86_64").Filename);
    }

    [Fact]
    public void The_same_arguments_make_the_same_bytes_and_others_do_not()
    {
        Assert.Equal(Wheels.Build("foo", "1.0", payload: 5000, random: true).Content, Wheels.Build("foo", "1.0", payload: 5000, random: true).Content);
        Assert.NotEqual(Wheels.Build("foo", "1.0").Content, Wheels.Build("foo", "1.1").Content);
    }

    [Fact]
    public void RECORD_lists_each_file_with_its_size_and_digest()
    {
        var wheel = Wheels.Build("foo", "1.0", requiresPython: ">=3.8,<4", payload: 3000);

        var files = Unzip(wheel.Content);

        var record = Encoding.UTF8.GetString(files["foo-1.0.dist-info/RECORD"]);
        var expected = files.Select(file => file.Key.EndsWith("/RECORD", StringComparison.Ordinal)
            ? $"{file.Key},,"
            : $"{file.Key},sha256={Convert.ToBase64String(SHA256.HashData(file.Value)).TrimEnd('=').Replace('+', '-').Replace('/', '_')},{file.Value.Length}");
        Assert.Equal(expected, record.TrimEnd('\n').Split('\n'));
        Assert.Equal(wheel.Metadata, files["foo-1.0.dist-info/METADATA"]);
        Assert.Contains("Requires-Python: >=3.8,<4\n", Encoding.UTF8.GetString(wheel.Metadata), StringComparison.Ordinal);
    }

    [Fact]
    public void A_random_payload_does_not_compress_and_a_plain_one_does()
    {
        Assert.True(Wheels.Build("foo", "1.0", payload: 100_000, random: true).Content.Length > 100_000);
        Assert.True(Wheels.Build("foo", "1.0", payload: 100_000).Content.Length < 10_000);
    }

    [FactWhen(Needs.Pip)]
    public async Task Pip_installs_a_wheel()
    {
        using var user = new PythonUser();
        var wheel = Wheels.Build("Foo.Bar", "1.0", requiresPython: ">=2.7", build: "1").WriteTo(user.At("dist"));
        var python = await user.WithPipAsync(PythonClients.Pips[^1]);

        (await user.PipAsync(python, "install", "--no-index", "--target", user.At("site"), wheel)).Succeeded();

        var run = await user.RunAsync(python, ["-c", "import foo_bar; print(foo_bar.__version__)"], ("PYTHONPATH", user.At("site")));
        Assert.Equal("1.0\n", run.Succeeded().Stdout);
    }

    [FactWhen(Needs.Twine)]
    public async Task Twine_finds_nothing_wrong_with_wheels_and_sdists()
    {
        using var user = new PythonUser();
        string[] files = [Wheels.Build("foo", "1.0").WriteTo(user.Home), Sdists.Build("foo", "1.0").WriteTo(user.Home)];

        var check = await user.RunAsync(PythonClients.Twine ?? "", ["check", .. files]);

        Assert.DoesNotContain("FAILED", check.Succeeded().Stdout, StringComparison.Ordinal);
    }

    private static Dictionary<string, byte[]> Unzip(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));

        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);

            return content.ToArray();
        });
    }
}
