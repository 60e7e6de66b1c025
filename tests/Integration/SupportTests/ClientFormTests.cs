using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.SupportTests;

public class ClientFormTests
{
    private static readonly Distribution Wheel = Wheels.Build("foo", "1.0", requiresPython: ">=3.8");

    [Fact]
    public void A_field_is_replaced_in_its_place_or_added_before_the_file()
    {
        var form = ClientForm.LikeTwine(Wheel).With("version", "2.0").With("dynamic", "a", "b");

        Assert.Equal("2.0", form.Parts[1].Text);
        Assert.Equal(["dynamic", "dynamic", "content"], form.Parts.Select(part => part.Name).TakeLast(3));
        Assert.Equal("1.0", ClientForm.LikeTwine(Wheel).Parts[1].Text);
    }

    [Fact]
    public void Parts_can_be_left_out_sent_twice_and_added_at_the_end()
    {
        var form = ClientForm.LikeTwine(Wheel).Without("md5_digest").Twice("name").Then(new FormPart("late", []));

        Assert.DoesNotContain("md5_digest", form.Parts.Select(part => part.Name));
        Assert.Equal(["name", "name", "version"], form.Parts.Select(part => part.Name).Take(3));
        Assert.Equal("late", form.Parts[^1].Name);
    }

    [Fact]
    public async Task What_is_written_is_what_a_server_reads()
    {
        await using var server = await RecordingServer.StartAsync();
        using var http = new HttpClient();
        Func<Distribution, ClientForm>[] shapes =
        [
            ClientForm.LikeTwine, ClientForm.LikeOldTwine, ClientForm.LikeTwine7, ClientForm.LikeUv, ClientForm.LikeFlit, ClientForm.LikePoetry,
            ClientForm.LikePdm, ClientForm.LikeHatch, ClientForm.Least,
        ];
        foreach (var form in shapes.Select(shape => shape(Wheel)))
        {
            using var body = form.ToContent();

            (await http.PostAsync(server.BaseAddress, body)).EnsureSuccessStatusCode();

            Assert.True(server.Forms.TryDequeue(out var received));
            Assert.Equal(form.Parts.Select(Shown), received.Select(Shown));
        }
    }

    [FactWhen(Needs.Twine)]
    public async Task The_form_like_twine_has_the_fields_of_twine_in_its_order()
    {
        using var user = new PythonUser();
        await using var server = await RecordingServer.StartAsync();
        Distribution[] files = [Wheel, Sdists.Build("foo", "1.0")];

        foreach (var file in files)
        {
            (await user.TwineUploadAsync(server.BaseAddress, "local", "secret", file.WriteTo(user.Home))).Succeeded();

            Assert.True(server.Forms.TryDequeue(out var twines));
            var ours = ClientForm.LikeTwine(file).Parts;
            Assert.Equal(Digests(twines), Digests(ours));
            // Newer ones leave out what is empty, and MD5.
            if (twines.Any(part => part.Name == "md5_digest"))
            {
                Assert.Equal(twines.Select(Shown), ours.Select(Shown));
            }
        }
    }

    private static string Shown(FormPart part) => $"{part.Name} {part.Filename} {part.ContentType} {Encoding.Latin1.GetString(part.Value)}";

    private static Dictionary<string, string> Digests(IEnumerable<FormPart> parts) =>
        parts.Where(part => part.Name is "sha256_digest" or "blake2_256_digest").ToDictionary(part => part.Name, part => part.Text);
}
