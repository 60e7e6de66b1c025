using System.Text;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class MetadataFieldsTests
{
    [Theory]
    [InlineData("requires_python", 1000)]
    [InlineData("summary", 128 * 1024)]
    [InlineData("license", 128 * 1024)]
    [InlineData("description", 8 * 1024 * 1024)]
    public void What_is_longer_than_its_bound_is_left_out(string name, int most)
    {
        Assert.Equal(most, new MetadataFields([new(name, new string('x', most))])[name]?.Length);
        Assert.Null(new MetadataFields([new(name, new string('x', most + 1))])[name]);
    }

    [Fact]
    public void Fields_with_several_values_have_a_bound_for_all_of_them()
    {
        var value = new string('x', 100_000);
        var fields = new MetadataFields([.. Enumerable.Repeat(KeyValuePair.Create("classifiers", value), 20), new("summary", "s")]);

        Assert.Equal(10, fields.All("classifiers").Count());
        Assert.Equal("s", fields["summary"]);
    }

    [Fact]
    public void Fields_that_repeat_keep_their_order()
    {
        var fields = Form(("classifiers", "b"), ("requires_dist", "x"), ("classifiers", "a"), ("summary", "s"));

        Assert.Equal(["b", "a"], fields.All("classifiers"));
        Assert.Equal(["classifiers b", "requires_dist x", "classifiers a"], fields.Repeatable.Select(field => $"{field.Key} {field.Value}"));
    }

    [Theory]
    [InlineData("import_names", "import_name")]
    [InlineData("import_namespaces", "import_namespace")]
    [InlineData("license_files", "license_file")]
    [InlineData("provides_extras", "provides_extra")]
    [InlineData("project_url", "project_urls")]
    public void What_clients_misspell_is_understood(string sent, string name) => Assert.Equal(["a"], Form((sent, "a")).All(name));

    [Fact]
    public void Empty_values_and_unknown_names_say_nothing()
    {
        var fields = Form(("summary", ""), ("author", "UNKNOWN"), ("color", "blue"));

        Assert.All(MetadataFields.Names, name => Assert.Empty(fields.All(name)));
        Assert.Null(fields["summary"]);
        Assert.Empty(fields.All("color"));
    }

    [Fact]
    public void A_document_has_its_fields_under_the_names_of_the_form()
    {
        Assert.True(CoreMetadata.TryParse(
            Encoding.UTF8.GetBytes(
                """
                Metadata-Version: 2.5
                Name: demo
                Version: 1.0
                Summary: A demo
                Requires-Dist: b
                Requires-Dist: a
                Project-URL: Home, https://example.org/
                Import-Name: demo
                License-File: LICENSE

                The description.
                """),
            out var metadata,
            out _));

        var fields = MetadataFields.Of(metadata);

        Assert.Equal("A demo", fields["summary"]);
        Assert.Equal(["b", "a"], fields.All("requires_dist"));
        Assert.Equal(["Home, https://example.org/"], fields.All("project_urls"));
        Assert.Equal(["demo"], fields.All("import_name"));
        Assert.Equal("The description.", fields["description"]);
        Assert.Equal("2.5", fields["metadata_version"]);
    }

    [Fact]
    public void What_one_source_does_not_say_another_one_may()
    {
        var fields = Form(("classifiers", "a")).Or(Form(("classifiers", "b"), ("summary", "s"), ("requires_dist", "x"), ("requires_dist", "y")));

        Assert.Equal(["a"], fields.All("classifiers"));
        Assert.Equal("s", fields["summary"]);
        Assert.Equal(["x", "y"], fields.All("requires_dist"));
    }

    private static MetadataFields Form(params (string Name, string Value)[] fields) =>
        MetadataFields.OfForm(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
}
